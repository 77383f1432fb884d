import {
  follow,
  type FollowOptions,
  type Following,
  type ResumeState,
  type StreamItem,
} from '../../../src/client/index.js';
import { BOOTSTRAP_KEY } from '../app.js';
import { until } from '../until.js';

/** What a client of the library has received so far, without what is not logged. */
export class Received {
  readonly items: StreamItem[] = [];
  /** The state after each item: what a tab would have stored if it had been closed there. */
  readonly states: ResumeState[] = [];
  /** When a stream began to be served, each time, in the process's monotonic milliseconds. */
  readonly connectedAtMs: number[] = [];
  /** Resolves at the end of the log. */
  readonly ended: Promise<void>;

  /** @param onState called with each state, before the next item is asked for. */
  constructor(id: string, options: FollowOptions, onState: (state: ResumeState) => void = () => undefined) {
    this.ended = this.receive(follow(id, { token: BOOTSTRAP_KEY, fetch: this.remembering, ...options }), onState);
    // A test that awaits it sees the failure; none has to.
    this.ended.catch(() => undefined);
  }

  /** The logged events as they stand in the log. */
  get texts(): string[] {
    return this.items.map((item) => JSON.stringify({ ...item, verified: undefined }));
  }

  /** Whether the last item is an ending whose digest was right. */
  get isVerified(): boolean {
    const last = this.items.at(-1);
    return last !== undefined && 'verified' in last && last.verified;
  }

  /** How long after a moment it was connected again, milliseconds. */
  connectedAfter(atMs: number): number {
    return (this.connectedAtMs.find((connectedAtMs) => connectedAtMs > atMs) ?? Infinity) - atMs;
  }

  /** Waits for so many items. */
  count(items: number): Promise<void> {
    return until(() => this.items.length >= items);
  }

  private readonly remembering: typeof fetch = async (...call) => {
    const response = await fetch(...call);
    if (response.ok) this.connectedAtMs.push(performance.now());
    return response;
  };

  private async receive(following: Following, onState: (state: ResumeState) => void): Promise<void> {
    for await (const item of following) {
      if (item.event_type === 'delta') continue;
      this.items.push(item);
      this.states.push(following.state);
      onState(following.state);
    }
  }
}
