/** A request that must have its effect once, however often it is sent. */
export interface IdempotentRequest {
  /** Internal tenant id (UUID). */
  readonly tenantId: string;
  /** Method and pattern, such as `POST /v1/sessions`: one key on two routes is two keys. */
  readonly route: string;
  /** The client's Idempotency-Key. A secret: it decrypts the kept answer. */
  readonly key: string;
  /** Identifies what the client asked for; made by {@link fingerprintOf}. */
  readonly fingerprint: Uint8Array;
}
