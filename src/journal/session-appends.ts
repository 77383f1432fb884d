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

/** For writes that travel together. What one of them has run into does not pass for all: they part ways. */
const TOGETHER_AGAIN = {
  ...IDEMPOTENT_AGAIN,
  retryable: (error: unknown) => isAway(error) && !(error instanceof DatabaseSilent),
};

/** Sessions that one statement adds to, and writes that may wait: each running session has one at most. */
const GROUP = { ...WRITE_GROUP, maxItems: 32, maxWaiting: 4_096 };

/** What becomes of a write. Of those that have parted ways each has its own time. */
interface Fate {
  readonly outcome: AppendOutcome | Promise<AppendOutcome>;
}

/** What workers add to logs: writes of many sessions, in few transactions. */
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
   * Adds what follows from an answer, if the run is still the worker's. Writes of different sessions share a transaction; none of
   * them is refused for another one's sake. Durable when it returns. @throws AppError
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
    // Those that lock sessions of two workers at once must not wait for each other.
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

  /** Whoever has written already finds the log moved. */
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

/** For whoever asks later: until then its failure is nobody's. */
function kept<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** Nobody's write would fare better alone. */
function isAway(error: unknown): boolean {
  return !(error instanceof DatabaseError) || error.fault === 'unavailable';
}
