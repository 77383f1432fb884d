import { AppError } from '../../reliability/errors/app-error.js';
import { FULL_RETRY_MS } from './stream-limits.js';

export interface StreamPlacesOptions {
  /** Streams in this process. */
  readonly inAll: number;
  /** Streams of one tenant in this process. */
  readonly perTenant: number;
}

/** Limits how many streams are open. */
export class StreamPlaces {
  private readonly byTenant = new Map<string, number>();
  private taken = 0;

  constructor(private readonly options: StreamPlacesOptions) {}

  /** @returns a function that gives the place back, once. @throws AppError overloaded, rate_limited */
  take(tenantId: string): () => void {
    const ofTenant = this.byTenant.get(tenantId) ?? 0;
    if (ofTenant >= this.options.perTenant)
      throw new AppError('rate_limited', {
        detail: `The tenant has ${ofTenant} streams open in this process, and may have no more. Close one, or try again later.`,
        retryAfterMs: FULL_RETRY_MS.least,
      });
    if (this.taken >= this.options.inAll)
      throw new AppError('overloaded', {
        detail: 'This process has as many streams open as it may. Try again later.',
        retryAfterMs: FULL_RETRY_MS.least,
      });
    this.byTenant.set(tenantId, ofTenant + 1);
    this.taken += 1;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.taken -= 1;
      const left = (this.byTenant.get(tenantId) ?? 1) - 1;
      if (left > 0) this.byTenant.set(tenantId, left);
      else this.byTenant.delete(tenantId);
    };
  }
}
