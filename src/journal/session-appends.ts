import { Injectable } from '@nestjs/common';
import { DatabaseSilent } from '../database/connection-watch.js';
import { DatabaseError } from '../database/database-error.js';
import { Database } from '../database/database.js';
import { GroupCommit, WRITE_GROUP } from '../database/group-commit.js';
import { IDEMPOTENT_AGAIN } from '../database/retry-terms.js';
import { Retry } from '../reliability/retry/retry.decorator.js';
import { APPEND, appendArguments, composeWrite, type AppendRow, type ComposedWrite } from './append-statement.js';
import { LogAnnouncer } from './log-announcer.js';
import type { AppendOutcome, SessionWrite } from './session-write.js';

/** Retries writes that share a statement while the database is unavailable. After other errors each is written alone. */
const TOGETHER_AGAIN = {
  ...IDEMPOTENT_AGAIN,
  retryable: (error: unknown) => isAway(error) && !(error instanceof DatabaseSilent),
};

/** How many sessions one statement may add to, and how many writes may wait: each running session has at most one. */
const GROUP = { ...WRITE_GROUP, maxItems: 32, maxWaiting: 4_096 };

/** The outcome of a write; a promise where the write goes alone, and takes its own time. */
interface Fate {
  readonly outcome: AppendOutcome | Promise<AppendOutcome>;
}

/** Commits what workers add to the logs of many sessions, in few transactions. */
@Injectable()
export class SessionAppends {
  private readonly appends = new GroupCommit<ComposedWrite, Fate>({
    ...GROUP,
    commit: (writes, signal) => this.commit(writes, signal),
  });

  constructor(
    private readonly database: Database,
    private readonly announcer: LogAnnouncer,
  ) {}

  /**
   * Adds what follows from an answer, if the worker still holds the run. Writes of different sessions share a transaction, but a
   * write that is refused does not fail the others. Durable when it returns. @throws AppError
   */
  async append(write: SessionWrite): Promise<AppendOutcome> {
    const [fate] = await this.appends.submit([composeWrite(write)]);
    const outcome = await fate?.outcome;
    if (!outcome) throw new Error('the append was not answered');
    const { tenantId, sessionId } = write;
    if (outcome.outcome === 'appended') this.announcer.announce({ tenantId, sessionId, events: outcome.events });
    return outcome;
  }

  private async commit(writes: readonly ComposedWrite[], signal: AbortSignal): Promise<Fate[]> {
    // All workers lock sessions in the same order, so that no two wait for each other.
    const order = writes.toSorted((one, other) => (one.write.sessionId < other.write.sessionId ? -1 : 1));
    try {
      const outcomes = await this.writeTogether(order, signal);
      const fates = new Map(order.map((write, index) => [write, outcomes[index]]));
      return writes.map((write) => ({ outcome: answered(fates.get(write)) }));
    } catch (error) {
      if (isAway(error)) throw error;
      return writes.map((write) => ({ outcome: kept(this.writeAlone(write)) }));
    }
  }

  @Retry(TOGETHER_AGAIN)
  private async writeTogether(writes: readonly ComposedWrite[], signal: AbortSignal): Promise<AppendOutcome[]> {
    return toOutcomes(
      await this.database.query<AppendRow>(APPEND, appendArguments(writes, { patient: false }), { signal }),
      writes,
    );
  }

  /** A write whose first try was committed although it failed here finds the log `moved`. */
  @Retry(IDEMPOTENT_AGAIN)
  private async writeAlone(write: ComposedWrite): Promise<AppendOutcome> {
    const rows = await this.database.query<AppendRow>(APPEND, appendArguments([write], { patient: true }));
    return answered(toOutcomes(rows, [write])[0]);
  }
}

function toOutcomes(rows: readonly AppendRow[], writes: readonly ComposedWrite[]): AppendOutcome[] {
  const rowOf = new Map(rows.map((row) => [row.n, row]));
  return writes.map(({ composed }, index) => {
    const row = rowOf.get(index + 1);
    if (!row) throw new Error('the append was not answered');
    const { outcome, wanted } = row;
    return outcome === 'appended' ? { outcome, wanted, ...composed } : { outcome, wanted };
  });
}

function answered(outcome: AppendOutcome | undefined): AppendOutcome {
  if (!outcome) throw new Error('the append was not answered');
  return outcome;
}

/** Keeps a rejection from counting as unhandled until a caller awaits the promise. */
function kept<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** Whether the error would also meet each write alone. */
function isAway(error: unknown): boolean {
  return !(error instanceof DatabaseError) || error.fault === 'unavailable';
}
