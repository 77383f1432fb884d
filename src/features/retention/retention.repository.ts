import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../database/database.js';

/** What a step has removed, in rows. */
export interface Removed {
  readonly sessions: number;
  readonly events: number;
  readonly keys: number;
  readonly holds: number;
}

export interface RetentionStep extends Removed {
  /** `elsewhere`: it is not due, or another process is at it. */
  readonly state: 'done' | 'more' | 'elsewhere';
}

export interface StepTerms {
  /** UUID of the process. */
  readonly worker: string;
  /** How long tenants without a setting keep their sessions; 0: for ever. */
  readonly sessionDays: number;
  /** A step ends after so many rows, with the session under way. */
  readonly rows: number;
  /** How long others leave the rest of the pass to this process, milliseconds. */
  readonly leaseMs: number;
  /** Until the next pass, milliseconds. */
  readonly pauseMs: number;
}

const STEP: Statement = {
  name: 'retention-step',
  text: `SELECT state, sessions, events, keys, holds
           FROM retention_step($1::uuid, $2::integer, $3::integer, $4::integer, $5::integer)`,
};

/** Removes what is too old, in all tenants. */
@Injectable()
export class RetentionRepository {
  constructor(private readonly database: Database) {}

  /** One transaction. Not retried: the removals and the progress commit together. */
  async step(
    { worker, sessionDays, rows, leaseMs, pauseMs }: StepTerms,
    signal: AbortSignal | null = null,
  ): Promise<RetentionStep> {
    const values = [worker, sessionDays, rows, leaseMs, pauseMs];
    const [step] = await this.database.query<RetentionStep>(STEP, values, { signal });
    if (!step) throw new Error('retention_step returned no row');
    return step;
  }
}
