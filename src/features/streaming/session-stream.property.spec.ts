import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import type { LoggedEvent } from '../../journal/event-log.js';
import { Frames } from './frames.js';
import { SessionFeed } from './session-feed.js';
import { SessionStream, type Outlet, type StreamEnding } from './session-stream.js';

const KEY = { tenantId: 'tenant', sessionId: 'session' };
const PAGE = 4;

/** A client: what it was sent, and when it takes it. */
class Client implements Outlet {
  readonly closed = false;
  text = '';
  ended = false;
  waitingBytes = 0;
  private drained: (() => void)[] = [];

  write(bytes: Buffer): void {
    this.text += bytes.toString();
    this.waitingBytes += bytes.length;
  }

  onceDrained(then: () => void): void {
    this.drained.push(then);
  }

  onClose(): void {}

  end(): void {
    this.ended = true;
  }

  cut(): void {
    this.ended = true;
  }

  take(): void {
    this.waitingBytes = 0;
    for (const then of this.drained.splice(0)) then();
  }

  get sequences(): number[] {
    return [...this.text.matchAll(/^id: abcdefgh\.(\d+)$/gm)].map(([, digits]) => Number(digits));
  }
}

/** A log, a feed of it, and its clients. A read sees the log as it is when it begins, and ends when the test says so. */
class Room {
  readonly log: LoggedEvent[] = [];
  readonly clients: { client: Client; from: number; ending: () => StreamEnding | undefined }[] = [];
  private readonly reads: (() => void)[] = [];
  private feed: SessionFeed | undefined;
  private readonly clock = new ManualClock();

  append(type: string, size: number): LoggedEvent {
    const event = { sequence: this.log.length + 1, type, data: JSON.stringify('x'.repeat(size)) };
    this.log.push(event);
    return event;
  }

  get ended(): boolean {
    return this.log.at(-1)?.type === 'complete';
  }

  /** In one turn, like a service that has just looked up where the log stands; or with the answer of an earlier look-up. */
  connect(from: number, head: { end: number; ended: boolean }): void {
    const known = this.feed && this.feed.size > 0 ? this.feed : undefined;
    known?.reached(head.end);
    const feed =
      known ??
      new SessionFeed(
        KEY,
        { epoch: 'abcdefgh', lastSequence: head.end, ended: head.ended },
        {
          read: (after, limit) => this.read(() => this.log.slice(after, after + limit)),
          onFailure: () => {},
          onRead: () => {},
        },
      );
    this.feed = feed;
    const client = new Client();
    let ending: StreamEnding | undefined;
    const stream = new SessionStream(
      {
        feed,
        connection: client,
        principal: { tenantId: 't', keyId: 'k', scope: 'member' },
        sequence: from,
        onEnd: () => {},
      },
      {
        clock: this.clock,
        page: async (_feed, after) => {
          const first = Math.floor(after / PAGE) * PAGE;
          const events = await this.read(() => this.log.slice(first, first + PAGE));
          return events.length === 0 ? undefined : Frames.of('abcdefgh', events);
        },
        gap: () => Promise.reject(new Error('there is no gap')),
        onSent: () => {},
        onFailure: () => {},
        onEnd: (_stream, how) => (ending = how),
      },
    );
    this.clients.push({ client, from, ending: () => ending });
    stream.begin();
  }

  announce(events: readonly LoggedEvent[]): void {
    this.feed?.advance(events);
  }

  hint(sequence: number): void {
    this.feed?.reached(sequence);
  }

  /** Answers one of the reads that are on their way. */
  answer(which: number): void {
    const [read] = this.reads.splice(which % Math.max(1, this.reads.length), 1);
    read?.();
  }

  get reading(): boolean {
    return this.reads.length > 0;
  }

  settle(): Promise<void> {
    return this.clock.settle();
  }

  private read(look: () => LoggedEvent[]): Promise<LoggedEvent[]> {
    const seen = look();
    return new Promise((resolve) => this.reads.push(() => resolve(seen)));
  }
}

type Step =
  | { readonly kind: 'append'; readonly size: number; readonly told: 'at once' | 'late' | 'by hint' | 'never' }
  | { readonly kind: 'connect'; readonly at: number; readonly stale: boolean }
  | { readonly kind: 'answer' | 'take'; readonly which: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      size: fc.constantFrom(1, 10, 40_000),
      told: fc.constantFrom('at once' as const, 'late' as const, 'by hint' as const, 'never' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('connect' as const),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      stale: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('answer' as const, 'take' as const), which: fc.nat(9) }),
  },
);

async function play(room: Room, steps: readonly Step[]): Promise<void> {
  const late: LoggedEvent[] = [];
  for (const one of steps) {
    if (one.kind === 'append') {
      if (room.ended) continue;
      const event = room.append('contribution', one.size);
      if (one.told === 'at once') room.announce([event]);
      if (one.told === 'late') late.push(event);
      if (one.told === 'by hint') room.hint(event.sequence);
    } else if (one.kind === 'connect') {
      const end = one.stale ? Math.max(0, room.log.length - 2) : room.log.length;
      room.connect(Math.floor(one.at * end), { end, ended: room.ended && !one.stale });
    } else if (one.kind === 'answer') room.answer(one.which);
    else room.clients[one.which % Math.max(1, room.clients.length)]?.client.take();
    if (one.kind === 'take') for (const event of late.splice(0)) room.announce([event]);
    await room.settle();
  }
}

/** Lets everything come to its end: the log is looked at, reads are answered, clients take what they are sent. */
async function finish(room: Room): Promise<void> {
  for (let turn = 0; turn < 200; turn++) {
    room.hint(room.log.length);
    room.answer(0);
    for (const { client } of room.clients) client.take();
    await room.settle();
  }
}

describe('whatever comes when, and whatever is lost of the hints', () => {
  it('each client has every event after its cursor, once and in order, and its stream ends with the log', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.array(step, { maxLength: 20 }), async (before, after) => {
        const room = new Room();
        await play(room, before);
        room.append('complete', 1);
        await play(room, after);
        await finish(room);
        for (const { client, from, ending } of room.clients) {
          const wanted = Array.from({ length: room.log.length - from }, (_, index) => from + index + 1);
          expect(client.sequences).toEqual(wanted);
          expect([client.ended, ending()]).toEqual([true, 'complete']);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('a page that was ahead of the feed, and held the end, does not leave the stream open', async () => {
    const room = new Room();
    const [first, second] = [room.append('contribution', 1), room.append('contribution', 1)];
    room.connect(0, { end: 1, ended: false });
    const third = room.append('complete', 1);
    room.answer(0);
    await room.settle();
    room.connect(0, { end: 1, ended: false });
    room.answer(0);
    await room.settle();
    room.announce([second, third]);
    await finish(room);
    expect(room.clients.map(({ client }) => [client.sequences.at(-1), client.ended])).toEqual([
      [3, true],
      [3, true],
    ]);
    expect(first.sequence).toBe(1);
  });
});
