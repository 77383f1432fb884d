import { timingSafeEqual } from 'node:crypto';
import { includesScope, type Principal, type Scope } from '../../reliability/context/request-context.js';
import { AppError } from '../../reliability/errors/app-error.js';
import type { Clock } from '../../reliability/ports.js';
import { hashToken, keyIdOf, looksLikeKey, opaqueKeyId } from './api-key-format.js';
import type { ClientTokenClaims, ClientTokens } from './client-tokens.js';
import type { KeyDirectory, KeyRecord } from './key-directory.js';

/** Now, when everything needed is at hand; a promise, when a key must be looked up first. */
type Soon<T> = T | Promise<T>;

/** Turns an `Authorization` header into a principal. On the common path it does no I/O and makes no promise. */
export class CredentialAuthenticator {
  private opaqueIds: ReadonlySet<string> = new Set();

  constructor(
    private readonly keys: KeyDirectory,
    private readonly clientTokens: ClientTokens,
    private readonly clock: Clock,
  ) {}

  /** Tells which keys do not name their own id, so that junk is still refused without a look-up. */
  admitOpaque(ids: Iterable<string>): void {
    this.opaqueIds = new Set(ids);
  }

  /**
   * @throws AppError `unauthorized`, the same for missing, unknown, revoked and expired credentials; `forbidden` when
   * they are good but do not reach as far as `needed`.
   */
  authenticate(authorization: string | undefined, needed: Scope): Soon<Principal> {
    const principal = this.identify(bearer(authorization));
    return principal instanceof Promise ? principal.then((found) => judge(found, needed)) : judge(principal, needed);
  }

  private identify(token: string | undefined): Soon<Principal | undefined> {
    if (token === undefined) return undefined;
    return token.includes('.') ? this.byClientToken(token) : this.byKey(token);
  }

  private byKey(token: string): Soon<Principal | undefined> {
    const id = keyIdOf(token) ?? this.opaqueId(token);
    if (id === undefined) return undefined;
    return soon(this.keys.find(id), (record) => {
      if (!record || !timingSafeEqual(record.tokenHash, hashToken(token)) || !this.inForce(record)) return undefined;
      return record.principal;
    });
  }

  private opaqueId(token: string): string | undefined {
    if (this.opaqueIds.size === 0 || !looksLikeKey(token)) return undefined;
    const id = opaqueKeyId(token);
    return this.opaqueIds.has(id) ? id : undefined;
  }

  private byClientToken(token: string): Soon<Principal | undefined> {
    return soon(this.clientTokens.verify(token), (claims) =>
      claims ? soon(this.keys.find(claims.keyId), (record) => this.byClaims(claims, record)) : undefined,
    );
  }

  private byClaims(claims: ClientTokenClaims, record: KeyRecord | null): Principal | undefined {
    if (!record || record.principal.tenantId !== claims.tenantId || !this.inForce(record)) return undefined;
    return { ...record.principal, scope: 'member', installId: claims.installId };
  }

  private inForce(record: KeyRecord): boolean {
    return !record.revoked && record.expiresAtMs > this.clock.epochMs();
  }
}

function soon<T, U>(value: Soon<T>, next: (value: T) => Soon<U>): Soon<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

function judge(principal: Principal | undefined, needed: Scope): Principal {
  if (!principal) throw new AppError('unauthorized', { headers: { 'www-authenticate': 'Bearer realm="holdfast"' } });
  if (!includesScope(principal.scope, needed))
    throw new AppError('forbidden', { detail: `This route needs the scope ${needed}.` });
  return principal;
}

/** The scheme is case-insensitive (RFC 9110, section 11.1). */
function bearer(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : /^bearer +([^ ]+) *$/i.exec(authorization)?.[1];
}
