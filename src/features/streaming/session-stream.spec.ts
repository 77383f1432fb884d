import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import type { LoggedEvent } from '../../journal/event-log.js';
import { SessionFeed } from './session-feed.js';
import { SessionStream, type Outlet, type StreamEnding } from './session-stream.js';
import type { LogHead } from './streams.repository.js';

/** A reader that takes what the test lets it take. */
class Reader implements Outlet {
  closed = false;
  waitingBytes = 0;
  sent: string[] = [];

  write(bytes: Buffer): void {
    this.sent.push(bytes.toString());
    this.waitingBytes += bytes.length;
  }

  private drained: () => void = () => {};

  onceDrained(then: () => void): void {
    this.drained = then;
  }

  take(): void {
    this.waitingBytes = 0;
    this.drained();
  }

  close: () => void = () => {};

  onClose(then: () => void): void {
    this.close = then;
  }

  end(): void {}

  isCut = false;

  cut(): void {
    this.isCut = true;
  }
}

const KEY = { tenantId: 'tenant', sessionId: 'session' };

function feedOf(head: LogHead, read: () => Promise<LoggedEvent[]>): SessionFeed {
  return new SessionFeed(KEY, head, { read, onFailure: () => {}, onRead: () => {} });
}

function emptyFeed(): SessionFeed {
  return feedOf({ epoch: 'abcdefgh', lastSequence: 0, ended: false }, () => Promise.resolve([]));
}

function following(feed = emptyFeed(), from = 0) {
  const clock = new ManualClock();
  const reader = new Reader();
  let ending: StreamEnding | undefined;
  const stream = new SessionStream(
    {
      feed,
      connection: reader,
      principal: { tenantId: 't', keyId: 'k', scope: 'member' },
      sequence: from,
      onEnd: (how) => (ending = how),
    },
    {
      clock,
      page: () => Promise.resolve(undefined),
      gap: () => Promise.reject(new Error('there is no gap')),
      onSent: () => {},
      onEnd: () => {},
      onFailure: () => {},
    },
  );
  stream.begin();
  let sequence = 0;
  const say = (bytes: number) =>
    feed.advance([{ sequence: (sequence += 1), type: 'contribution', data: JSON.stringify('x'.repeat(bytes)) }]);
  const pass = async (ms: number) => {
    await clock.advance(ms);
    stream.keepAlive(clock.monotonicMs());
  };
  return { reader, say, pass, feed, stream, clock, ending: () => ending };
}

describe('a reader that is slow', () => {
  it('is left alone as long as it takes something now and then, and cut off when it has taken nothing for a minute', async () => {
    const { reader, say, pass, ending } = following();
    for (let at = 0; at < 4; at++) say(200_000);
    for (let at = 0; at < 40; at++) {
      reader.waitingBytes -= 1_000;
      await pass(15_000);
    }
    expect(ending()).toBeUndefined();
    for (let at = 0; at < 3; at++) await pass(15_000);
    expect(ending()).toBeUndefined();
    await pass(15_000);
    expect(ending()).toBe('slow');
  });

  it('is cut off when more than a megabyte waits for it, and no sooner', () => {
    const { reader, say, ending } = following();
    for (let at = 0; at < 5; at++) say(200_000);
    expect(reader.waitingBytes).toBeLessThanOrEqual(1024 * 1024);
    expect(ending()).toBeUndefined();
    say(1024 * 1024 - reader.waitingBytes);
    expect(ending()).toBe('slow');
  });

  it('is not cut off for an event that is larger than that, but waited for', async () => {
    const { reader, say, pass, ending } = following();
    say(3_000_000);
    say(10);
    expect(reader.waitingBytes).toBeGreaterThan(3_000_000);
    expect(ending()).toBeUndefined();
    expect(reader.sent).toHaveLength(1);
    reader.take();
    await pass(0);
    expect(reader.sent.at(-1)).toContain('id: abcdefgh.2');
  });

  it('is gone when it has closed its side, and is cut off when it has taken nothing more for a minute', async () => {
    const { reader, say, pass, clock, ending } = following();
    say(1_000);
    reader.closed = true;
    await pass(15_000);
    expect([ending(), reader.isCut]).toEqual(['gone', false]);
    reader.waitingBytes -= 1;
    await clock.advance(60_000);
    expect(reader.isCut).toBe(false);
    await clock.advance(60_000);
    expect(reader.isCut).toBe(true);
  });

  it('is sent no tokens while more than 16 KB wait for it', () => {
    const { reader, say, feed } = following();
    say(16_000);
    feed.delta(Buffer.from('event: delta\ndata: {}\n\n'));
    expect(reader.sent).toHaveLength(2);
    say(1_000);
    feed.delta(Buffer.from('event: delta\ndata: {}\n\n'));
    expect(reader.sent).toHaveLength(3);
  });
});

describe('a stream that has ended while something waits for its reader', () => {
  it('is cut off when its reader has taken nothing more for a minute, and no sooner', async () => {
    const { reader, say, stream, clock } = following();
    say(1_000);
    stream.end('unauthorized');
    await clock.advance(59_999);
    reader.waitingBytes -= 1;
    await clock.advance(1);
    await clock.advance(59_999);
    expect(reader.isCut).toBe(false);
    await clock.advance(1);
    expect(reader.isCut).toBe(true);
  });

  it('is cut off a second later when the process ends', async () => {
    const { reader, say, stream, clock } = following();
    say(1_000);
    stream.end('drained');
    await clock.advance(999);
    reader.waitingBytes -= 1;
    expect(reader.isCut).toBe(false);
    await clock.advance(1);
    expect(reader.isCut).toBe(true);
  });

  it('is left alone once its reader has taken everything', async () => {
    const { reader, say, stream, clock, ending } = following();
    say(1_000);
    stream.end('complete');
    reader.take();
    reader.close();
    expect(clock.pending).toBe(0);
    expect([reader.isCut, ending()]).toEqual([false, 'complete']);
  });

  it('needs no looking after when nothing waits', () => {
    const { stream, clock } = following();
    stream.end('complete');
    expect(clock.pending).toBe(0);
  });
});

describe('a stream that begins at the end of an attempt, when the feed has just been told that the log goes on', () => {
  const ended: LogHead = { epoch: 'abcdefgh', lastSequence: 3, ended: true };

  /** A feed that another, slow stream still follows. */
  function toldOfMore() {
    const answer = Promise.withResolvers<LoggedEvent[]>();
    const feed = feedOf(ended, () => answer.promise);
    feed.add({ onFrames: () => {}, onDelta: () => {}, onBroken: () => {} });
    feed.reached(4);
    return { ...following(feed, 3), answer };
  }

  it('waits for what follows', async () => {
    const { reader, answer, pass, ending } = toldOfMore();
    await pass(0);
    expect(ending()).toBeUndefined();
    answer.resolve([{ sequence: 4, type: 'retried', data: '{}' }]);
    await pass(0);
    expect(reader.sent.at(-1)).toContain('id: abcdefgh.4');
    expect(ending()).toBeUndefined();
  });

  it('gets what is reported while a look for something that is not there is under way', async () => {
    const looks = [Promise.withResolvers<LoggedEvent[]>(), Promise.withResolvers<LoggedEvent[]>()];
    const left = [...looks];
    const feed = feedOf(ended, () => left.shift()?.promise ?? Promise.resolve([]));
    feed.add({ onFrames: () => {}, onDelta: () => {}, onBroken: () => {} });
    feed.reached(99);
    const { reader, pass } = following(feed, 3);
    feed.reached(4);
    looks[0]?.resolve([]);
    await pass(0);
    looks[1]?.resolve([{ sequence: 4, type: 'retried', data: '{}' }]);
    await pass(0);
    expect(reader.sent.at(-1)).toContain('id: abcdefgh.4');
  });

  it('ends when there is nothing', async () => {
    const { answer, pass, ending } = toldOfMore();
    answer.resolve([]);
    await pass(1_000);
    await pass(1_000);
    expect(ending()).toBe('complete');
  });
});
