import { isUuid } from '../../database/id.js';
import { isCleanText } from '../../http/text-faults.js';
import { codePoints } from '../../http/validators.js';
import type { Clock } from '../../reliability/ports.js';

/** Loaded with the first client token: many installations have none, and it weighs 6 MB. */
const jose = () => import('jose');

const ALGORITHM = 'HS256';
const ISSUER = 'holdfast';
const AUDIENCE = 'holdfast';

/** What a client token says. */
export interface ClientTokenClaims {
  readonly tenantId: string;
  readonly installId: string;
  /** The API key that it was made with, and dies with. */
  readonly keyId: string;
  /** Unix time, milliseconds. */
  readonly expiresAtMs: number;
}

/** Makes and checks client tokens: JWT (RFC 7519), HS256, one secret for the installation. */
export class ClientTokens {
  private secret: Uint8Array | undefined;

  constructor(private readonly clock: Clock) {}

  useSecret(secret: Uint8Array): void {
    this.secret = secret;
  }

  /** Signs a token; `jti` makes each one different. */
  async sign(claims: ClientTokenClaims, jti: string): Promise<string> {
    const { SignJWT } = await jose();
    return new SignJWT({ tid: claims.tenantId, kid: claims.keyId, scopes: ['member'] })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(claims.installId)
      .setIssuedAt(Math.floor(this.clock.epochMs() / 1000))
      .setExpirationTime(Math.floor(claims.expiresAtMs / 1000))
      .setJti(jti)
      .sign(this.key());
  }

  /** The claims of a token that we signed and that has not expired; undefined for any other text. */
  async verify(token: string): Promise<ClientTokenClaims | undefined> {
    if (!isCanonical(token)) return undefined;
    try {
      const { jwtVerify } = await jose();
      const { payload } = await jwtVerify(token, this.key(), {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['sub', 'tid', 'kid', 'exp', 'jti'],
        currentDate: new Date(this.clock.epochMs()),
      });
      const { tid, kid, sub, exp } = payload;
      // Others that share the secret may sign as well: a signed claim may still be malformed.
      if (!isUuid(tid) || !isUuid(kid) || !isInstallId(sub) || exp === undefined) return undefined;
      return { tenantId: tid, keyId: kid, installId: sub, expiresAtMs: exp * 1000 };
    } catch {
      // jose throws for every fault of a token: a malformed one, another algorithm, a wrong signature, an expired one.
      return undefined;
    }
  }

  private key(): Uint8Array {
    if (!this.secret) throw new Error('the secret of client tokens is not loaded yet');
    return this.secret;
  }
}

/**
 * Base64 has several spellings of the same bytes, but a token has only one: its digest names it, and a changed character is a
 * changed token.
 */
function isCanonical(token: string): boolean {
  const signature = token.slice(token.lastIndexOf('.') + 1);
  return Buffer.from(signature, 'base64url').toString('base64url') === signature;
}

/** The rules of a body's `install_id`: it is written to the database together with those of other calls. */
function isInstallId(sub: unknown): sub is string {
  if (typeof sub !== 'string' || !isCleanText(sub)) return false;
  const length = codePoints(sub);
  return length >= 8 && length <= 128;
}
