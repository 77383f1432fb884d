import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import { IDEMPOTENT_AGAIN } from '../database/retry-terms.js';
import { Retry } from '../reliability/retry/retry.decorator.js';
import type { RunKey } from './run-queue.repository.js';

/** Why and for how long a run is taken out of the queue. */
export interface ParkingTerms {
  /** The event version that a worker must be able to read; null when it is not known. */
  readonly needs: number | null;
  /** How long the first time, milliseconds; it doubles each time. */
  readonly firstMs: number;
  readonly longestMs: number;
}

const PARK: Statement = {
  name: 'run-park',
  text: 'SELECT run_park($1::uuid, $2::integer, $3::integer, $4::integer, $5::integer) AS parked',
};

const UNPARK: Statement = {
  name: 'run-unpark',
  text: 'SELECT run_unpark($1::integer, $2::integer) AS back',
};

/** The most runs that one call puts back; the next one takes more. */
const MOST_AT_ONCE = 100;

/** Runs that are out of the queue because a worker could not read them. */
@Injectable()
export class ParkedRunsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Takes a run from its holder, and out of the queue. A worker that no longer holds the run parks nothing.
   * @returns whether it was still the holder's.
   */
  @Retry(IDEMPOTENT_AGAIN)
  async park({ sessionId, fence }: RunKey, { needs, firstMs, longestMs }: ParkingTerms): Promise<boolean> {
    const values = [sessionId, fence, needs, firstMs, longestMs];
    const [row] = await this.database.query<{ parked: boolean }>(PARK, values);
    return row?.parked ?? false;
  }

  /** Puts runs back whose time has come and that a reader of version `reads` can read. @returns how many. */
  async unpark(reads: number, signal: AbortSignal | null = null): Promise<number> {
    const [row] = await this.database.query<{ back: number }>(UNPARK, [reads, MOST_AT_ONCE], { signal });
    return row?.back ?? 0;
  }
}
