import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPTY_DIGEST as SERVERS_EMPTY, nextDigest as serversNext } from '../journal/digest.js';
import { EMPTY_DIGEST, nextDigest } from './digest.js';
import { LogPosition } from './log-position.js';

/** The end of the server's chain over these texts. */
function chainOver(texts: readonly string[]): string {
  return texts.reduce<Buffer>(serversNext, SERVERS_EMPTY).toString('hex');
}

async function positionAfter(texts: readonly string[], start = new LogPosition()): Promise<LogPosition> {
  for (const text of texts) await start.take(start.state.sequence + 1, `e.${start.state.sequence + 1}`, text);
  return start;
}

describe('the digest chain', () => {
  it('is the one that the server computes, for any texts', async () => {
    expect(EMPTY_DIGEST).toBe(SERVERS_EMPTY.toString('hex'));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' })), async (texts) => {
        let digest = EMPTY_DIGEST;
        for (const text of texts) digest = await nextDigest(digest, text);
        expect(digest).toBe(chainOver(texts));
      }),
    );
  });
});

describe('a position in the log', () => {
  it('moves on event by event, with cursor and digest', async () => {
    const position = await positionAfter(['a', 'b']);
    expect(position.state).toEqual({ sequence: 2, cursor: 'e.2', digest: chainOver(['a', 'b']) });
  });

  it('drops a repeat that is the very same', async () => {
    const position = await positionAfter(['a', 'b']);
    expect(await position.take(1, 'e.1', 'a')).toBe(false);
    expect(position.state.sequence).toBe(2);
  });

  it('does not take a repeat with other content for the same', async () => {
    const position = await positionAfter(['a', 'b']);
    await expect(position.take(1, 'e.1', 'A')).rejects.toMatchObject({ code: 'repeat', fatal: false });
  });

  it('does not take a repeat on trust that it no longer remembers', async () => {
    const position = await positionAfter(Array.from({ length: 101 }, (_, index) => `${index}`));
    await expect(position.take(1, 'e.1', '0')).rejects.toMatchObject({ code: 'repeat' });
    expect(await position.take(2, 'e.2', '1')).toBe(false);
  });

  it('refuses an event after a hole, and stays where it was', async () => {
    const position = await positionAfter(['a']);
    const before = position.state;
    await expect(position.take(3, 'e.3', 'c')).rejects.toMatchObject({ code: 'hole', fatal: false });
    expect(position.state).toBe(before);
  });

  it('confirms a log of which it has everything', async () => {
    const position = await positionAfter(['a', 'b']);
    expect(position.verify({ event_count: 3, digest: chainOver(['a', 'b']) })).toBe(true);
  });

  it('ends it all when the log is another one', async () => {
    const position = await positionAfter(['a', 'b']);
    for (const closing of [
      { event_count: 3, digest: chainOver(['a', 'B']) },
      { event_count: 4, digest: chainOver(['a', 'b']) },
    ])
      expect(() => position.verify(closing)).toThrow(expect.objectContaining({ code: 'digest_mismatch', fatal: true }));
  });

  it('goes on from a stored state as if nothing had happened, wherever it was stored', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string()), fc.nat(), async (texts, place) => {
        const at = place % (texts.length + 1);
        const stored = JSON.stringify((await positionAfter(texts.slice(0, at))).state);
        const state = JSON.parse(stored) as LogPosition['state'];
        const position = await positionAfter(texts.slice(at), new LogPosition(state));
        expect(position.verify({ event_count: texts.length + 1, digest: chainOver(texts) })).toBe(true);
      }),
    );
  });

  it('does not claim to have verified what began in mid-log', async () => {
    const position = await positionAfter(['c'], new LogPosition({ sequence: 2 }));
    expect(position.verify({ event_count: 4, digest: chainOver(['a', 'b', 'c']) })).toBe(false);
  });

  it('verifies nothing any more after a gap, unless the gap leads back to the beginning', async () => {
    const position = await positionAfter(['a']);
    position.jump(7, 'f.7');
    expect(position.state).toEqual({ sequence: 7, cursor: 'f.7', digest: undefined });
    position.jump(0, 'g.0');
    expect(position.state).toEqual({ sequence: 0, cursor: 'g.0', digest: EMPTY_DIGEST });
  });

  it('delivers, and verifies nothing, where the platform computes no digests', async () => {
    const { crypto } = globalThis;
    Object.defineProperty(globalThis, 'crypto', { value: undefined, configurable: true });
    try {
      const position = await positionAfter(['a']);
      expect(position.state).toEqual({ sequence: 1, cursor: 'e.1', digest: undefined });
      expect(position.verify({ event_count: 2, digest: chainOver(['a']) })).toBe(false);
    } finally {
      Object.defineProperty(globalThis, 'crypto', { value: crypto, configurable: true });
    }
  });
});
