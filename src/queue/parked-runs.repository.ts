import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import { IDEMPOTENT_AGAIN } from '../database/retry-terms.js';
import { Retry } from '../reliability/retry/retry.decorator.js';
import type { RunKey } from './run-queue.repository.js';

/** Why and for how long a run is taken out of the line. */
export interface ParkingTerms {
  /** The version that a reader must know; null when that is not known. */
  readonly needs: number | null;
  /** The first time; it doubles with each time, milliseconds. */
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

/** Runs that put back at once at most: what is left comes with the next look. */
const MOST_AT_ONCE = 100;

/** Runs that are out of the line because a worker could not read them. */
@Injectable()
export class ParkedRunsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Takes a run from its holder, and out of the line; whoever no longer holds it parks nothing.
   * @returns whether it was still the holder's.
   */
  @Retry(IDEMPOTENT_AGAIN)
  async park({ sessionId, fence }: RunKey, { needs, firstMs, longestMs }: ParkingTerms): Promise<boolean> {
    const values = [sessionId, fence, needs, firstMs, longestMs];
    const [row] = await this.database.query<{ parked: boolean }>(PARK, values);
    return row?.parked ?? false;
  }

  /** Puts those back whose time has come and that a reader of this version may read. @returns how many. */
  async unpark(reads: number, signal: AbortSignal | null = null): Promise<number> {
    const [row] = await this.database.query<{ back: number }>(UNPARK, [reads, MOST_AT_ONCE], { signal });
    return row?.back ?? 0;
  }
}
