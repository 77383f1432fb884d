import type { Clock } from '../../reliability/ports.js';

/** How many connects may come too soon before one is refused. */
const TOLERATED = 3;

/** How long it takes until one of them is forgotten, milliseconds. */
const DECAY_MS = 10_000;

/** The longest wait that a client is told, seconds. */
const LONGEST_WAIT_SECONDS = 60;

/** Clients that are remembered; the least recently seen are forgotten first. */
const MOST_CLIENTS = 20_000;

/** Ends of streams of one client that are remembered: a fleet behind one key may lose all its streams at once. */
const MOST_ENDS = 4_096;

/** How long an end is remembered after the wait that it asked for, milliseconds. */
const REMEMBERED_MS = 60_000;

/** The end of a stream, after which its client should wait. */
interface End {
  /** When the wait is over, in monotonic milliseconds. */
  readonly waitUntilMs: number;
  /** Where the stream began. */
  readonly sequence: number;
}

interface Client {
  ends: End[];
  count: number;
  countedAtMs: number;
  /** Streams that were lost at once: as many may come back too soon together. */
  most: number;
}

/**
 * Refuses clients that come back again and again, sooner than they were told, without having got any further. Only a connect
 * that follows an end counts; it uses up an end whose wait is over, if there is one. So any number of devices behind one key
 * may connect at the same time, and those that lose their streams together may come back together.
 */
export class StormControl {
  private readonly clients = new Map<string, Client>();

  constructor(
    private readonly clock: Clock,
    private readonly mostClients = MOST_CLIENTS,
  ) {}

  /**
   * Judges a connect.
   * @param client names the client and the session.
   * @param sequence the last event that it has.
   * @returns how many seconds it must wait first; 0 when it may come in.
   */
  connect(client: string, sequence: number): number {
    const known = this.clients.get(client);
    if (!known) return 0;
    const now = this.clock.monotonicMs();
    decay(known, now);
    known.ends = known.ends.filter(({ waitUntilMs }) => waitUntilMs + REMEMBERED_MS > now);
    const waited = known.ends.findIndex(({ waitUntilMs }) => waitUntilMs <= now);
    const [end] = known.ends.splice(Math.max(0, waited), 1);
    if (!end || waited !== -1 || sequence > end.sequence) {
      this.forgetIfClear(client, known);
      return 0;
    }
    if (known.count === 0) {
      known.countedAtMs = now;
      known.most = known.ends.length + 1;
    }
    known.count += 1;
    if (known.count < TOLERATED + known.most) return 0;
    const seconds = Math.min(2 ** known.count, LONGEST_WAIT_SECONDS);
    this.ended(client, sequence, seconds * 1_000);
    return seconds;
  }

  /**
   * A stream is over, or was refused: the client should wait before it comes back.
   * @param isOne whether it is certainly one client: then only its newest end counts, or it could save them up.
   */
  ended(client: string, sequence: number, waitMs: number, isOne = false): void {
    const now = this.clock.monotonicMs();
    const known = this.clients.get(client) ?? { ends: [], count: 0, countedAtMs: now, most: 1 };
    if (isOne) known.ends = [];
    known.most = Math.max(known.most, known.ends.length + 1);
    if (known.ends.length >= MOST_ENDS) known.ends.shift();
    known.ends.push({ waitUntilMs: now + waitMs, sequence });
    // Seen last: forgotten last.
    this.clients.delete(client);
    this.clients.set(client, known);
    if (this.clients.size <= this.mostClients) return;
    const [oldest] = this.clients.keys();
    if (oldest !== undefined) this.clients.delete(oldest);
  }

  private forgetIfClear(client: string, { ends, count }: Client): void {
    if (ends.length === 0 && count === 0) this.clients.delete(client);
  }
}

function decay(client: Client, nowMs: number): void {
  const steps = Math.floor((nowMs - client.countedAtMs) / DECAY_MS);
  client.count = Math.max(0, client.count - steps);
  client.countedAtMs += steps * DECAY_MS;
}
