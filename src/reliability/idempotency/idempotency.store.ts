/** Where a request is kept. */
export interface RequestPlace {
  /** UUID. */
  readonly tenantId: string;
  /** 32 bytes, from the tenant, the route and the client's key. */
  readonly lookup: Uint8Array;
}

/** A place, and who holds it: one who has lost it to another can do nothing there any more. */
export interface HeldPlace extends RequestPlace {
  /** UUID, made anew for each claim. */
  readonly holder: string;
}

export interface PlaceClaim extends HeldPlace {
  readonly fingerprint: Uint8Array;
  /** How long the place is held without an answer, milliseconds. */
  readonly leaseMs: number;
}

/** What stands in a place that is taken. */
export interface KeptRequest {
  readonly fingerprint: Uint8Array;
  /** Sealed; null while its holder is at work. */
  readonly answer: Uint8Array | null;
}

/** The place is ours; or it is not, with what stands there, if that could be seen. */
export type ClaimOutcome =
  { readonly claimed: true } | { readonly claimed: false; readonly kept: KeptRequest | undefined };

/** Keeps requests and their answers. One clock, the store's own, decides for all processes what has expired. */
export interface IdempotencyStore {
  /**
   * Takes the place if it is free or what stands there has expired. It commits by itself, so others see it at once, and
   * it holds no connection once it returns.
   * @throws AppError
   */
  claim(claim: PlaceClaim): Promise<ClaimOutcome>;
  /**
   * Puts the answer in, as part of the open transaction, which must be the effect's.
   * @returns whether the place was still the holder's.
   * @throws AppError internal_error outside a transaction.
   */
  complete(place: HeldPlace, answer: Uint8Array, retentionMs: number): Promise<boolean>;
  /** Frees the place if it is still the holder's and has no answer. Heeds no deadline: it is called after one. */
  release(place: HeldPlace): Promise<void>;
}
