import { hash, timingSafeEqual } from 'node:crypto';
import { includesScope, type Principal, type Scope } from '../../reliability/context/request-context.js';
import { AppError } from '../../reliability/errors/app-error.js';
import type { Clock } from '../../reliability/ports.js';
import { hashToken, keyIdOf, looksLikeKey, opaqueKeyId } from './api-key-format.js';
import type { ClientTokenClaims, ClientTokens } from './client-tokens.js';
import type { KeyDirectory, KeyRecord } from './key-directory.js';
import type { StreamTickets } from './stream-tickets.js';
import type { StreamTicketsRepository } from './stream-tickets.repository.js';

/** Now, when everything needed is at hand; a promise, when a key must be looked up first. */
type Soon<T> = T | Promise<T>;

/** Credentials that were proven to be a key, or a token made with it. Whether the key is in force is asked each time. */
interface Proven {
  readonly keyId: string;
  /** Of a client token. */
  readonly claims?: ClientTokenClaims;
}

/** Clients send the same header for hours; more different ones than this push out the oldest. */
const MOST_PROVEN = 20_000;

/** Turns an `Authorization` header into a principal. On the common path it does no I/O and makes no promise. */
export class CredentialAuthenticator {
  private opaqueIds: ReadonlySet<string> = new Set();
  /** By the SHA-256 of the header: the credentials themselves are not kept, and the time of a look-up reveals nothing. */
  private readonly proven = new Map<string, Proven>();

  constructor(private readonly parts: CredentialParts) {}

  /** Sets the ids of the keys that do not name their own, so that junk is still refused without a look-up. */
  admitOpaque(ids: Iterable<string>): void {
    this.opaqueIds = new Set(ids);
  }

  /**
   * @throws AppError `unauthorized`, the same for missing, unknown, revoked and expired credentials; `forbidden` when
   * they are good but do not reach as far as `needed`.
   */
  authenticate(authorization: string | undefined, needed: Scope): Soon<Principal> {
    return soon(this.identify(authorization), (principal) => judge(principal, needed));
  }

  /** @throws AppError `unauthorized`, as above. */
  async authenticateTicket(text: string): Promise<Principal> {
    const { keys, tickets, used, clock } = this.parts;
    const ticket = tickets.read(text);
    const record = ticket && (await keys.find(ticket.keyId));
    if (!ticket || !record || !this.isInForce(record) || record.principal.tenantId !== ticket.tenantId)
      throw unauthorized();
    if (!(await used.use(ticket, clock.epochMs() < ticket.firstUseBeforeMs))) throw unauthorized();
    const { id, sessionId, installId } = ticket;
    return {
      ...record.principal,
      scope: 'member',
      ...(installId === undefined ? {} : { installId }),
      ticket: { id, sessionId },
    };
  }

  /** @throws AppError when the keys cannot be looked up. */
  async stillValid(principals: readonly Principal[]): Promise<readonly boolean[]> {
    const records = await this.parts.keys.readAnew(principals.map(({ keyId }) => keyId));
    const nowMs = this.parts.clock.epochMs();
    return principals.map(({ keyId, expiresAtMs = Infinity }) => {
      const record = records.get(keyId);
      return record !== undefined && this.isInForce(record) && expiresAtMs > nowMs;
    });
  }

  private identify(authorization: string | undefined): Soon<Principal | undefined> {
    if (authorization === undefined) return undefined;
    const digest = hash('sha256', authorization, 'base64');
    const proven = this.proven.get(digest);
    if (proven) return soon(this.parts.keys.find(proven.keyId), (record) => this.principalOf(proven, record));
    const token = bearer(authorization);
    if (token === undefined) return undefined;
    return soon(token.includes('.') ? this.proveClientToken(token) : this.proveKey(token), (found) => {
      if (!found) return undefined;
      const principal = this.principalOf(found.proven, found.record);
      if (principal) this.remember(digest, found.proven);
      return principal;
    });
  }

  private proveKey(token: string): Soon<Found | undefined> {
    const keyId = keyIdOf(token) ?? this.opaqueId(token);
    if (keyId === undefined) return undefined;
    return soon(this.parts.keys.find(keyId), (record) =>
      record && timingSafeEqual(record.tokenHash, hashToken(token)) ? { proven: { keyId }, record } : undefined,
    );
  }

  private opaqueId(token: string): string | undefined {
    if (this.opaqueIds.size === 0 || !looksLikeKey(token)) return undefined;
    const id = opaqueKeyId(token);
    return this.opaqueIds.has(id) ? id : undefined;
  }

  private async proveClientToken(token: string): Promise<Found | undefined> {
    const claims = await this.parts.clientTokens.verify(token);
    if (!claims) return undefined;
    const record = await this.parts.keys.find(claims.keyId);
    return record ? { proven: { keyId: claims.keyId, claims }, record } : undefined;
  }

  private principalOf({ claims }: Proven, record: KeyRecord | null): Principal | undefined {
    if (!record || !this.isInForce(record)) return undefined;
    if (!claims) return record.principal;
    const { tenantId, installId, expiresAtMs } = claims;
    if (record.principal.tenantId !== tenantId || expiresAtMs <= this.parts.clock.epochMs()) return undefined;
    return { ...record.principal, scope: 'member', installId, expiresAtMs };
  }

  private isInForce({ revoked, expiresAtMs }: KeyRecord): boolean {
    return !revoked && expiresAtMs > this.parts.clock.epochMs();
  }

  private remember(digest: string, proven: Proven): void {
    this.proven.set(digest, proven);
    if (this.proven.size <= MOST_PROVEN) return;
    const [oldest] = this.proven.keys();
    if (oldest !== undefined) this.proven.delete(oldest);
  }
}

export interface CredentialParts {
  readonly keys: KeyDirectory;
  readonly clientTokens: ClientTokens;
  readonly tickets: StreamTickets;
  readonly used: StreamTicketsRepository;
  readonly clock: Clock;
}

interface Found {
  readonly proven: Proven;
  readonly record: KeyRecord;
}

function soon<T, U>(value: Soon<T>, next: (value: T) => Soon<U>): Soon<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

function judge(principal: Principal | undefined, needed: Scope): Principal {
  if (!principal) throw unauthorized();
  if (!includesScope(principal.scope, needed))
    throw new AppError('forbidden', { detail: `This route needs the scope ${needed}.` });
  return principal;
}

function unauthorized(): AppError {
  return new AppError('unauthorized', { headers: { 'www-authenticate': 'Bearer realm="holdfast"' } });
}

/** The scheme is case-insensitive (RFC 9110, section 11.1). */
function bearer(authorization: string): string | undefined {
  return /^bearer +([^ ]+) *$/i.exec(authorization)?.[1];
}
