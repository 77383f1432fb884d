import type { ClaimedRun } from '../../../queue/run-queue.repository.js';
import type { Wish } from '../../../journal/session-write.js';
import { PREFIX, publicId } from '../../../database/id.js';
import { isAppError } from '../../../reliability/errors/app-error.js';
import { Deadline } from '../../../reliability/deadline/deadline.js';
import type { RetryPorts } from '../../../reliability/retry/retry.js';
import { next, opening, type Next } from '../council/council.js';
import type { FailureCode } from '../session-status.js';
import { HARD_LIMIT_MS, LEASE_MS, LIVENESS_MS, MOST_STALLS } from './run-limits.js';
import { RunInterrupted, type RunControl, type RunFailure } from './run-control.js';
import { RunLost, type RunLog } from './run-log.js';
import type { StageCalls } from './stage-calls.js';
import type { SessionEndings } from './session-endings.js';

/** How a worker's part of a session ended. `left`: it goes back into the line. */
export type RunEnding = 'ended' | 'left' | 'lost';

export interface SessionRunParts {
  readonly claim: ClaimedRun;
  /** When the lease was asked for, by the monotonic clock: it began later. */
  readonly askedMs: number;
  readonly ports: RetryPorts;
  readonly endings: SessionEndings;
  /** Opens the log; its waits end with the signal. */
  readonly openLog: (signal: AbortSignal, onAppend: (wanted: Wish | null) => void) => Promise<RunLog>;
  readonly callsOf: (run: RunControl, log: RunLog) => StageCalls;
}

/** How long a run whose log could not be read is kept before it goes back into the line, milliseconds. */
const OPEN_AGAIN_MS = 1_000;

/** One session in the hands of this worker, from its claim until it ends, is handed back or is lost. */
export class SessionRun implements RunControl {
  readonly deadline: Deadline;
  private readonly nudge = Promise.withResolvers<void>();
  private readonly quit = new AbortController();
  private wish: Wish | null;
  private leaving = false;
  private stalled = false;
  private over = false;
  private lost = false;
  /** Until then no other worker can have the run, by the monotonic clock. */
  private heldUntilMs: number;
  /** Calls that wait for a place at a provider. */
  private inLine = 0;
  private disarm: () => void = () => {};

  constructor(private readonly parts: SessionRunParts) {
    const { claim, ports } = parts;
    this.wish = claim.wanted;
    this.deadline = Deadline.after(ports.clock, Math.max(0, HARD_LIMIT_MS - claim.runningMs));
    this.heldUntilMs = parts.askedMs + LEASE_MS;
  }

  get sessionId(): string {
    return this.parts.claim.sessionId;
  }

  get tenantId(): string {
    return this.parts.claim.tenantId;
  }

  get fence(): number {
    return this.parts.claim.fence;
  }

  get callPrefix(): string {
    return publicId(PREFIX.session, this.sessionId);
  }

  get nudged(): Promise<void> {
    return this.nudge.promise;
  }

  get interrupted(): boolean {
    return this.wish !== null || this.leaving || this.stalled || this.quit.signal.aborted;
  }

  /** A client wants a pause or a cancel. A cancel breaks off the calls in flight: their answers are not wanted any more. */
  want(wish: Wish): void {
    if (this.wish === 'cancel') return;
    this.wish = wish;
    if (wish === 'cancel') this.deadline.cancel(new RunInterrupted('cancel'));
    this.nudge.resolve();
  }

  /** The lease was renewed. @param askedMs when that was asked for, by the monotonic clock. */
  renewed(askedMs: number): void {
    this.heldUntilMs = askedMs + LEASE_MS;
  }

  /** A call that waits in our own line is no stall, and has its whole time from when it gets a place. */
  standInLine(): () => void {
    this.inLine += 1;
    return () => {
      this.inLine -= 1;
      if (!this.over) this.watch();
    };
  }

  /** The worker is going: the run ends at its next call boundary. */
  leave(): void {
    this.leaving = true;
    this.nudge.resolve();
  }

  /** Breaks off at once: there is no more time, or the run is another worker's. */
  abandon(reason: 'leaving' | 'lost'): void {
    this.lost ||= reason === 'lost';
    this.leaving = true;
    this.deadline.cancel(new RunInterrupted(reason));
    this.quit.abort(new RunInterrupted(reason));
    this.nudge.resolve();
  }

  /** @throws any unforeseen error; the lease is then left to run out. */
  async run(): Promise<RunEnding> {
    try {
      this.watch();
      const log = await this.opened();
      if (!log) return this.lost ? 'lost' : 'left';
      if (this.wish === 'cancel') this.deadline.cancel(new RunInterrupted('cancel'));
      return await this.deliberate(log);
    } catch (error) {
      if (error instanceof RunLost) return 'lost';
      if (error instanceof RunInterrupted) return error.reason === 'lost' ? 'lost' : 'left';
      throw error;
    } finally {
      this.over = true;
      this.disarm();
      this.deadline.cancel(new RunInterrupted('leaving'));
      this.deadline.release();
    }
  }

  /** Undefined when the database cannot be read now: the run then goes back, after a while, and is not to blame. */
  private async opened(): Promise<RunLog | undefined> {
    try {
      return await this.parts.openLog(this.quit.signal, (wanted) => this.onAppend(wanted));
    } catch (error) {
      if (!isAppError(error) || error.code === 'internal_error') throw error;
      await Promise.race([this.parts.ports.sleep(OPEN_AGAIN_MS, this.quit.signal).catch(() => {}), this.nudged]);
      return undefined;
    }
  }

  private async deliberate(log: RunLog): Promise<RunEnding> {
    const { claim } = this.parts;
    const calls = this.parts.callsOf(this, log);
    if (claim.stalls >= MOST_STALLS)
      return this.fail(log, {
        code: 'poisoned',
        detail: `${claim.stalls} workers in a row lost the session without any progress.`,
      });
    this.begin(log);
    let stored = this.heeded(log.stored);
    for (;;) {
      const step = await this.due(log);
      const ending = await this.granted(log);
      if (ending) return ending;
      if (step.kind === 'complete') return this.end(log, () => this.parts.endings.complete(log));
      if (step.kind === 'fail') return this.fail(log, step);
      if (step.kind === 'record') await log.append(() => ({ events: step.events }));
      else {
        const failure = await calls.ask(step.calls);
        // One stage is asked ahead of the log, and no more: a kill must not cost the answers of two.
        await stored;
        stored = this.heeded(log.stored);
        if (failure && !this.interrupted) return this.fail(log, failure);
      }
    }
  }

  /** The first call is asked meanwhile: appends take turns, so nothing comes before the session's start. */
  private begin(log: RunLog): void {
    // Whether an unread log has its start is unknown; such a run is only ended.
    if (!log.isEmpty && (log.isUnread || log.state.started)) return;
    log.append(({ started }) => ({ events: started ? [] : opening(log.spec) })).catch(() => {});
  }

  /**
   * Calls are asked while the answers before them are being stored; any other step is decided by the stored state. So is every
   * step once the lease may have run out: a process that stood still must not ask what another worker has asked meanwhile.
   */
  private async due(log: RunLog): Promise<Next> {
    const step = next(log.spec, log.expected);
    const isHeld = this.parts.ports.clock.monotonicMs() < this.heldUntilMs;
    if (step.kind === 'ask' && isHeld && !this.interrupted) return step;
    await log.stored;
    return next(log.spec, log.state);
  }

  /** Where the answers cannot be stored, the calls asked meanwhile are broken off: they are for nothing. */
  private heeded(stored: Promise<void>): Promise<void> {
    stored.catch(() => this.deadline.cancel(new RunInterrupted('lost')));
    return stored;
  }

  /** Ends the run at a call boundary, if something wants that; undefined when the council may go on. */
  private async granted(log: RunLog): Promise<RunEnding | undefined> {
    const { endings } = this.parts;
    if (this.lost) return 'lost';
    // The last answer has brought the end with it.
    if (log.state.ended === 'complete') return 'ended';
    if (this.wish === 'cancel') return this.end(log, () => endings.cancel(log));
    if (this.leaving) return 'left';
    if (this.wish === 'pause') return this.end(log, () => endings.pause(log));
    if (this.stalled)
      return this.fail(log, { code: 'stalled', detail: `There was no progress for ${LIVENESS_MS / 60_000} minutes.` });
    if (this.deadline.remainingMs() === 0)
      return this.fail(log, { code: 'time_limit', detail: `It took longer than ${HARD_LIMIT_MS / 60_000} minutes.` });
    return undefined;
  }

  private fail(log: RunLog, { code, detail }: RunFailure): Promise<RunEnding> {
    return this.end(log, () => this.parts.endings.fail(log, { code, detail, recoverable: isRecoverable(code) }));
  }

  /** An ending is refused when a client has asked for a cancel meanwhile. */
  private async end(log: RunLog, ending: () => ReturnType<RunLog['append']>): Promise<RunEnding> {
    if ((await ending()) === 'refused') await this.parts.endings.cancel(log);
    return 'ended';
  }

  /** An append reports a wish sooner than the next renewal of the lease: otherwise a pause would come several calls too late. */
  private onAppend(wanted: Wish | null): void {
    this.watch();
    if (wanted) this.want(wanted);
  }

  /** Each event starts the stall timer anew. */
  private watch(): void {
    this.disarm();
    this.disarm = this.parts.ports.clock.schedule(LIVENESS_MS, () => {
      if (this.inLine > 0) return this.watch();
      this.stalled = true;
      this.deadline.cancel(new RunInterrupted('stalled'));
      this.nudge.resolve();
    });
  }
}

/** A refusal of content would be repeated. A poisoned session may be a neighbour's victim, so a client may retry it. */
function isRecoverable(code: FailureCode): boolean {
  return code !== 'content_filtered';
}
