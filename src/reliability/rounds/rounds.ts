import { outsideContext } from '../context/request-context.js';
import { endWithin } from '../deadline/end-within.js';
import type { Random, Sleep } from '../ports.js';

export interface RoundsTerms {
  /** Average pause between two rounds, milliseconds. It varies, so that replicas do not run in step. */
  readonly everyMs: number;
  /** How long {@link Rounds.end} waits for a round that is under way, milliseconds. */
  readonly graceMs: number;
  readonly sleep: Sleep;
  readonly random: Random;
}

/** Repeats background work of the process until it is told to end. */
export class Rounds {
  private readonly closed = new AbortController();
  private readonly giveUp = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly terms: RoundsTerms) {}

  /** Aborted when {@link end} is called: a round under way does no more than it must. */
  get ending(): AbortSignal {
    return this.closed.signal;
  }

  /** Aborted when {@link end} stops waiting: the round breaks off what it waits for. */
  get givenUp(): AbortSignal {
    return this.giveUp.signal;
  }

  /** Call once. The round must not reject. */
  begin(round: () => Promise<unknown>): void {
    this.running = outsideContext(() => this.goRound(round));
  }

  /** Begins no further round. Waits for one that is under way, and gives it up after `graceMs`. */
  async end(): Promise<void> {
    this.closed.abort();
    const { graceMs: ms, sleep } = this.terms;
    await endWithin(this.running, { ms, sleep, giveUp: this.giveUp });
  }

  /** A pause within a round; the end cuts it short. */
  rest(ms: number): Promise<void> {
    return this.terms.sleep(ms, this.ending).catch(() => {});
  }

  private async goRound(round: () => Promise<unknown>): Promise<void> {
    for (;;) {
      await this.rest(this.terms.everyMs * (0.5 + this.terms.random()));
      if (this.ending.aborted) return;
      await round();
    }
  }
}
