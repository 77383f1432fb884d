/** Where a request is kept. */
export interface RequestPlace {
  /** UUID. */
  readonly tenantId: string;
  /** 32 bytes, from the tenant, the route and the client's key. */
  readonly lookup: Uint8Array;
}

/** A place and its holder. A holder that has lost the place to another can no longer write there. */
export interface HeldPlace extends RequestPlace {
  /** UUID, made anew for each claim. */
  readonly holder: string;
}

export interface PlaceClaim extends HeldPlace {
  readonly fingerprint: Uint8Array;
  /** How long the place is held without an answer, milliseconds. */
  readonly leaseMs: number;
}

/** The request that a taken place keeps. */
export interface KeptRequest {
  readonly fingerprint: Uint8Array;
  /** Sealed; null while its holder is at work. */
  readonly answer: Uint8Array | null;
}

/** Either the place is ours, or another request has it: `kept`, undefined where the store could not see it. */
export type ClaimOutcome =
  { readonly claimed: true } | { readonly claimed: false; readonly kept: KeptRequest | undefined };

/** Keeps requests and their answers. One clock, the store's own, decides for all processes what has expired. */
export interface IdempotencyStore {
  /**
   * Takes the place if it is free or its request has expired. It commits at once, so that other processes see it, and holds
   * no connection once it returns.
   * @throws AppError
   */
  claim(claim: PlaceClaim): Promise<ClaimOutcome>;
  /**
   * Stores the answer as part of the open transaction, which must be the one with the effect.
   * @returns whether the place was still the holder's.
   * @throws AppError internal_error outside a transaction.
   */
  complete(place: HeldPlace, answer: Uint8Array, retentionMs: number): Promise<boolean>;
  /** Frees the place if it is still the holder's and has no answer. Ignores the deadline: it also runs after that. */
  release(place: HeldPlace): Promise<void>;
}
