import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../database/database.js';
import { READ_AGAIN } from '../../database/retry-terms.js';
import { includesScope, SCOPES, type Scope } from '../../reliability/context/request-context.js';
import { Retry } from '../../reliability/retry/retry.decorator.js';
import type { KeyRecord } from './key-directory.js';
import { IsNull } from 'typeorm';
import { ApiKey, Member, Secret, Tenant } from './tenancy.entity.js';

const FIND_KEY: Statement = {
  name: 'find-key',
  text: `SELECT tenant_id AS "tenantId", scopes, token_hash AS "tokenHash", expires_at AS "expiresAt",
                revoked_at IS NOT NULL AS revoked
           FROM system.api_keys WHERE id = $1`,
};

const FIND_KEYS: Statement = {
  name: 'find-keys',
  text: `SELECT id, tenant_id AS "tenantId", scopes, token_hash AS "tokenHash", expires_at AS "expiresAt",
                revoked_at IS NOT NULL AS revoked
           FROM system.api_keys WHERE id = ANY ($1::uuid[])`,
};

type KeyRow = Pick<ApiKey, 'tenantId' | 'scopes' | 'tokenHash' | 'expiresAt'> & { revoked: boolean };

/** One lock for all that may happen once per installation. */
const BOOTSTRAP_LOCK = 4_861_523_908;

/** The rows of schema `system`: not bound to a tenant by the database, so each statement names it. */
@Injectable()
export class TenancyRepository {
  constructor(private readonly database: Database) {}

  /** Shared by all requests that wait for the same key, so no single deadline may end it. */
  @Retry(READ_AGAIN)
  async findKey(id: string): Promise<KeyRecord | null> {
    const [row] = await this.database.query<KeyRow>(FIND_KEY, [id], { signal: null });
    return row ? toRecord(id, row) : null;
  }

  /** By id; those that do not exist are left out. */
  @Retry(READ_AGAIN)
  async findKeys(ids: readonly string[]): Promise<ReadonlyMap<string, KeyRecord>> {
    const rows = await this.database.query<KeyRow & { id: string }>(FIND_KEYS, [ids], { signal: null });
    return new Map(rows.map((row) => [row.id, toRecord(row.id, row)]));
  }

  @Retry(READ_AGAIN)
  async findOpaqueKeyIds(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>({ text: 'SELECT id FROM system.api_keys WHERE opaque' });
    return rows.map((row) => row.id);
  }

  async insertKey(key: Omit<ApiKey, 'createdAt' | 'revokedAt'>): Promise<ApiKey> {
    return this.database.transaction(async (manager) => {
      await manager.insert(ApiKey, key);
      return manager.findOneByOrFail(ApiKey, { id: key.id });
    });
  }

  @Retry(READ_AGAIN)
  async listKeys(tenantId: string, page: { afterId: string | undefined; limit: number }): Promise<ApiKey[]> {
    return this.database.transaction((manager) =>
      listed(manager.createQueryBuilder(ApiKey, 'row'), page)
        .andWhere('row.tenantId = :tenantId', { tenantId })
        .getMany(),
    );
  }

  /** Revokes a key whose scopes all lie `within` the given ones; one that was revoked before stays so. */
  async revokeKey(tenantId: string, id: string, within: readonly Scope[]): Promise<'revoked' | 'above' | 'unknown'> {
    return this.database.transaction(async (manager) => {
      const key = await manager.findOneBy(ApiKey, { tenantId, id });
      if (!key) return 'unknown';
      if (!key.scopes.every((scope) => within.includes(scope))) return 'above';
      await manager.update(ApiKey, { tenantId, id, revokedAt: IsNull() }, { revokedAt: () => 'now()' });
      return 'revoked';
    });
  }

  async insertTenant(tenant: Pick<Tenant, 'id' | 'name'>, key: Omit<ApiKey, 'createdAt' | 'revokedAt'>): Promise<void> {
    await this.database.transaction(async (manager) => {
      await manager.insert(Tenant, tenant);
      await manager.insert(ApiKey, key);
    });
  }

  @Retry(READ_AGAIN)
  async listTenants(page: { afterId: string | undefined; limit: number }): Promise<Tenant[]> {
    return this.database.transaction((manager) => listed(manager.createQueryBuilder(Tenant, 'row'), page).getMany());
  }

  /** @throws DatabaseError `unique` when the tenant has a member with this address. */
  async insertMember(member: Omit<Member, 'createdAt'>): Promise<Member> {
    return this.database.transaction(async (manager) => {
      await manager.insert(Member, member);
      return manager.findOneByOrFail(Member, { tenantId: member.tenantId, id: member.id });
    });
  }

  @Retry(READ_AGAIN)
  async listMembers(tenantId: string, page: { afterId: string | undefined; limit: number }): Promise<Member[]> {
    return this.database.transaction((manager) =>
      listed(manager.createQueryBuilder(Member, 'row'), page)
        .andWhere('row.tenantId = :tenantId', { tenantId })
        .getMany(),
    );
  }

  async deleteMember(tenantId: string, id: string): Promise<boolean> {
    const text = 'DELETE FROM system.members WHERE tenant_id = $1 AND id = $2 RETURNING id';
    return (await this.database.query({ text }, [tenantId, id])).length > 0;
  }

  /** The secret of this name; made from `candidate` by whichever process asks first. */
  async secret(name: string, candidate: Buffer): Promise<Buffer> {
    return this.database.transaction(async (manager) => {
      await manager.createQueryBuilder().insert().into(Secret).values({ name, value: candidate }).orIgnore().execute();
      return (await manager.findOneByOrFail(Secret, { name })).value;
    });
  }

  /**
   * Makes the first tenant and key of an empty database, once, however many processes start on it.
   * `prepare` runs while no other process can do the same, before anything is written.
   * @returns whether there was no key yet.
   */
  async bootstrap(
    tenant: Pick<Tenant, 'id' | 'name'>,
    prepare: () => Omit<ApiKey, 'createdAt' | 'revokedAt' | 'tenantId'>,
  ): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [BOOTSTRAP_LOCK]);
      if (await manager.exists(ApiKey)) return false;
      await manager.insert(Tenant, tenant);
      await manager.insert(ApiKey, { ...prepare(), tenantId: tenant.id });
      return true;
    });
  }
}

interface Listable<T> {
  orderBy(column: string): T;
  limit(count: number): T;
  where(condition: string, parameters?: object): T;
}

/** Newest last: ids sort by time. */
function listed<T extends Listable<T>>(
  query: T,
  { afterId, limit }: { afterId: string | undefined; limit: number },
): T {
  const ordered = query.orderBy('row.id').limit(limit);
  return afterId === undefined ? ordered.where('TRUE') : ordered.where('row.id > :afterId', { afterId });
}

function toRecord(id: string, row: KeyRow): KeyRecord {
  return {
    principal: { tenantId: row.tenantId, keyId: id, scope: highest(row.scopes) },
    tokenHash: row.tokenHash,
    expiresAtMs: row.expiresAt?.getTime() ?? Infinity,
    revoked: row.revoked,
  };
}

function highest(scopes: readonly Scope[]): Scope {
  return scopes.reduce(
    (best, scope) => (includesScope(scope, best) ? scope : best),
    SCOPES[SCOPES.length - 1] ?? 'member',
  );
}
