import { Client } from 'undici';
import { ownMs } from './own-time.js';
import { fire, type Outcome, type Shot } from './shot.js';

export type { Outcome, Shot } from './shot.js';

/** One keep-alive connection that honours `connection: close`, and connects anew for the next request. */
export class Caller {
  private readonly client: Client;

  constructor(
    baseUrl: string,
    private readonly key: string,
  ) {
    this.client = new Client(baseUrl, { pipelining: 1, headersTimeout: 60_000, bodyTimeout: 60_000 });
  }

  /** Never rejects. */
  send(shot: Shot): Promise<Outcome> {
    return fire(this.client, this.key, shot, ownMs);
  }

  close(): Promise<void> {
    return this.client.destroy();
  }
}

/** Many callers, each with one request after the other. */
export class Load {
  readonly outcomes: { shot: Shot; outcome: Outcome; startedMs: number }[] = [];
  private readonly callers: Caller[];
  private readonly loops: Promise<void>[];
  private over = false;

  /**
   * @param next the request for a caller's n-th turn.
   * @param goesOn whether a caller goes on after this outcome; default: always.
   */
  constructor(
    { baseUrl, key, callers }: { baseUrl: string; key: string; callers: number },
    next: (caller: number, turn: number) => Shot,
    private readonly goesOn: (outcome: Outcome) => boolean = () => true,
  ) {
    this.callers = Array.from({ length: callers }, () => new Caller(baseUrl, key));
    this.loops = this.callers.map((caller, index) => this.loop(caller, (turn) => next(index, turn)));
  }

  /** Resolves when each caller has had the answer to its last request. */
  async stop(): Promise<void> {
    this.over = true;
    await this.ended();
  }

  /** Resolves when no caller goes on. */
  async ended(): Promise<void> {
    await Promise.all(this.loops);
    await Promise.all(this.callers.map((caller) => caller.close()));
  }

  private async loop(caller: Caller, next: (turn: number) => Shot): Promise<void> {
    for (let turn = 0; !this.over; turn++) {
      const shot = next(turn);
      const startedMs = performance.now();
      const outcome = await caller.send(shot);
      this.outcomes.push({ shot, outcome, startedMs });
      if (!this.goesOn(outcome)) return;
      // A refusal takes no time: without a pause the callers would do nothing but be refused.
      if (outcome.status !== 200) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
