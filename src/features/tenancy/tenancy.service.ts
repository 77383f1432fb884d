import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../config/config.js';
import { DatabaseError } from '../../database/database-error.js';
import { isUuid, newUuid, PREFIX, publicId, uuidOf } from '../../database/id.js';
import { decodeCursor, pageOf, type Page, type PageQuery } from '../../http/page.js';
import { includesScope, SCOPES, type Principal, type Scope } from '../../reliability/context/request-context.js';
import { AppError } from '../../reliability/errors/app-error.js';
import { CLOCK, type Clock } from '../../reliability/ports.js';
import { mintKey } from './api-key-format.js';
import { KEY_ENVIRONMENT } from './bootstrap.js';
import { ClientTokens } from './client-tokens.js';
import { KeyDirectory } from './key-directory.js';
import type {
  ApiKeyDto,
  ClientTokenDto,
  CreateApiKeyDto,
  CreateClientTokenDto,
  CreatedApiKeyDto,
  CreatedTenantDto,
  CreateMemberDto,
  CreateTenantDto,
  IdentityDto,
  MemberDto,
  TenantDto,
} from './dto/tenancy.dto.js';
import type { ApiKey, Member, Tenant } from './tenancy.entity.js';
import { TenancyRepository } from './tenancy.repository.js';

/** RFC 3339 has four digits for a year; an offset can push a valid text past them. */
const LAST_INSTANT_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Tenants, their keys and members, and the tokens of their devices. */
@Injectable()
export class TenancyService {
  constructor(
    private readonly repository: TenancyRepository,
    private readonly keys: KeyDirectory,
    private readonly clientTokens: ClientTokens,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  identity({ tenantId, keyId, scope, installId }: Principal): IdentityDto {
    return {
      tenant_id: publicId(PREFIX.tenant, tenantId),
      key_id: publicId(PREFIX.key, keyId),
      scope,
      install_id: installId ?? null,
    };
  }

  async createTenant({ name }: CreateTenantDto): Promise<CreatedTenantDto> {
    const tenant = { id: newUuid(), name };
    const { key, token } = this.mint({
      tenantId: tenant.id,
      name: 'first key',
      scopes: ['tenant:admin'],
      expiresAt: null,
    });
    await this.repository.insertTenant(tenant, key);
    return { id: publicId(PREFIX.tenant, tenant.id), name, api_key: token };
  }

  listTenants(query: PageQuery): Promise<Page<TenantDto>> {
    return listById('tenants', query, (page) => this.repository.listTenants(page), showTenant);
  }

  /** @throws AppError forbidden when a scope is above the caller's own. */
  async createKey(caller: Principal, { name, scopes, expires_at }: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    const above = scopes.find((scope) => !includesScope(caller.scope, scope));
    if (above)
      throw new AppError('forbidden', {
        detail: `A key can only be given scopes that the caller holds; ${above} is above.`,
      });
    const { key, token } = this.mint({ tenantId: caller.tenantId, name, scopes, expiresAt: this.expiry(expires_at) });
    return Object.assign(showKey(await this.repository.insertKey(key)), { key: token });
  }

  listKeys({ tenantId }: Principal, query: PageQuery): Promise<Page<ApiKeyDto>> {
    return listById('api-keys', query, (page) => this.repository.listKeys(tenantId, page), showKey);
  }

  /** @throws AppError not_found; forbidden when the key reaches further than the caller. */
  async revokeKey({ tenantId, scope }: Principal, id: string): Promise<void> {
    const uuid = uuidOf(PREFIX.key, id);
    if (uuid === undefined) throw new AppError('not_found');
    const within = SCOPES.filter((one) => includesScope(scope, one));
    const outcome = await this.repository.revokeKey(tenantId, uuid, within);
    if (outcome === 'unknown') throw new AppError('not_found');
    if (outcome === 'above')
      throw new AppError('forbidden', { detail: 'The key holds a scope that the caller does not.' });
    this.keys.forget(uuid);
  }

  async createMember({ tenantId }: Principal, { email, role }: CreateMemberDto): Promise<MemberDto> {
    const member = { tenantId, id: newUuid(), email: email.toLowerCase(), role };
    try {
      return showMember(await this.repository.insertMember(member));
    } catch (error) {
      if (error instanceof DatabaseError && error.fault === 'unique')
        throw new AppError('conflict', { detail: 'The tenant has a member with this address.', cause: error });
      throw error;
    }
  }

  listMembers({ tenantId }: Principal, query: PageQuery): Promise<Page<MemberDto>> {
    return listById('members', query, (page) => this.repository.listMembers(tenantId, page), showMember);
  }

  async deleteMember({ tenantId }: Principal, id: string): Promise<void> {
    const uuid = uuidOf(PREFIX.member, id);
    if (uuid === undefined || !(await this.repository.deleteMember(tenantId, uuid))) throw new AppError('not_found');
  }

  /** @throws AppError forbidden when the caller is itself a client token. */
  async createClientToken(
    caller: Principal,
    { install_id, ttl_seconds = 3600 }: CreateClientTokenDto,
  ): Promise<ClientTokenDto> {
    if (caller.installId !== undefined)
      throw new AppError('forbidden', { detail: 'A client token cannot make another one.' });
    const record = await this.keys.find(caller.keyId);
    const wantedMs = this.clock.epochMs() + ttl_seconds * 1000;
    // A JWT counts in whole seconds.
    const expiresAtMs = Math.floor(Math.min(wantedMs, record?.expiresAtMs ?? wantedMs) / 1000) * 1000;
    const claims = { tenantId: caller.tenantId, keyId: caller.keyId, installId: install_id, expiresAtMs };
    const token = await this.clientTokens.sign(claims, publicId(PREFIX.token, newUuid()));
    return { token, expires_at: new Date(expiresAtMs).toISOString() };
  }

  private mint(about: { tenantId: string; name: string; scopes: Scope[]; expiresAt: Date | null }): {
    key: Omit<ApiKey, 'createdAt' | 'revokedAt'>;
    token: string;
  } {
    const { id, token, tokenHash } = mintKey(KEY_ENVIRONMENT[this.config.environment]);
    return { key: { ...about, id, tokenHash, opaque: false }, token };
  }

  private expiry(expiresAt: string | undefined): Date | null {
    if (expiresAt === undefined) return null;
    const at = new Date(expiresAt);
    if (at.getTime() > this.clock.epochMs() && at.getTime() <= LAST_INSTANT_MS) return at;
    const detail = 'must be in the future, and before the year 10000 in UTC';
    throw new AppError('validation_error', { errors: [{ pointer: '/expires_at', detail }] });
  }
}

/** A page of a list that goes by the UUIDs of its rows; its cursors are good for this list only. */
async function listById<Row extends { id: string }, Item>(
  list: string,
  { cursor, limit }: PageQuery,
  load: (page: { afterId: string | undefined; limit: number }) => Promise<Row[]>,
  item: (row: Row) => Item,
): Promise<Page<Item>> {
  const [after] = decodeCursor(cursor, ['string'], { list }) ?? [];
  if (after !== undefined && !isUuid(after)) throw new AppError('invalid_cursor');
  const rows = await load({ afterId: after, limit: limit + 1 });
  return pageOf(rows, limit, { item, position: (row) => [row.id], filters: { list } });
}

function showTenant({ id, name, createdAt }: Tenant): TenantDto {
  return { id: publicId(PREFIX.tenant, id), name, created_at: createdAt.toISOString() };
}

function showKey({ id, name, scopes, createdAt, expiresAt, revokedAt }: ApiKey): ApiKeyDto {
  return {
    id: publicId(PREFIX.key, id),
    name,
    scopes,
    created_at: createdAt.toISOString(),
    expires_at: expiresAt?.toISOString() ?? null,
    revoked_at: revokedAt?.toISOString() ?? null,
  };
}

function showMember({ id, email, role, createdAt }: Member): MemberDto {
  return { id: publicId(PREFIX.member, id), email, role, created_at: createdAt.toISOString() };
}
