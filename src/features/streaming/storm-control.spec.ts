import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { StormControl } from './storm-control.js';

const RETRY_MS = 2_000;

function control({ mostClients, retryMs = RETRY_MS }: { mostClients?: number; retryMs?: number } = {}) {
  const clock = new ManualClock();
  const storms = new StormControl(clock, mostClients);
  /** Connects, is let in or not, and has lost the stream at once. */
  const come = (sequence = 0, client = 'one') => {
    const wait = storms.connect(client, sequence);
    if (wait === 0) storms.ended(client, sequence, retryMs);
    return wait;
  };
  return { clock, storms, come };
}

describe('a client that comes back at once, no further than before', () => {
  it('may do so three times, then is told to wait longer and longer', () => {
    const { come } = control();
    expect([come(), come(), come(), come()]).toEqual([0, 0, 0, 0]);
    expect([come(), come(), come(), come()]).toEqual([16, 32, 60, 60]);
  });

  it('may come in again once it has waited as long as it was told', async () => {
    const { come, clock } = control();
    for (let at = 0; at < 4; at++) come();
    expect(come()).toBe(16);
    await clock.advance(15_999);
    expect(come()).not.toBe(0);
    await clock.advance(60_000);
    expect(come()).toBe(0);
  });

  it('is forgiven one connect every ten seconds, and not a moment sooner', async () => {
    for (const [passedMs, wait] of [
      [9_999, 16],
      [10_000, 0],
    ] as const) {
      const { clock, come } = control({ retryMs: 100_000 });
      for (let at = 0; at < 4; at++) expect(come()).toBe(0);
      await clock.advance(passedMs);
      expect(come()).toBe(wait);
    }
  });
});

describe('many clients behind one key', () => {
  it('who lose their streams at the same moment may all come back, each after its own wait', async () => {
    const { storms, clock } = control();
    for (let at = 0; at < 1_000; at++) storms.ended('one', 0, 1_000 + 2 * at);
    await clock.advance(999);
    for (let at = 0; at < 1_000; at++) {
      await clock.advance(at === 0 ? 1 : 2);
      expect(storms.connect('one', 0)).toBe(0);
    }
  });

  it('who lose their streams at the same moment may all come back too soon, and their number is no leave for more', () => {
    const { storms } = control();
    for (let at = 0; at < 50; at++) storms.ended('one', 0, RETRY_MS);
    for (let at = 0; at < 50; at++) expect(storms.connect('one', 0)).toBe(0);
    const again = Array.from({ length: 3 }, () => {
      storms.ended('one', 0, RETRY_MS);
      return storms.connect('one', 0);
    });
    expect(again).toEqual([0, 0, 60]);
  });

  it('who come late are no cause for anything', async () => {
    const { storms, clock } = control();
    for (let at = 0; at < 10; at++) storms.ended('one', 0, RETRY_MS);
    await clock.advance(RETRY_MS + 60_000);
    for (let at = 0; at < 20; at++) expect(storms.connect('one', 0)).toBe(0);
  });
});

it('a client that is certainly one saves up no ends to come back by', async () => {
  const { storms, clock } = control();
  for (let at = 0; at < 31; at++) storms.ended('one', 0, RETRY_MS, true);
  await clock.advance(RETRY_MS);
  const waits = Array.from({ length: 5 }, () => {
    const wait = storms.connect('one', 0);
    if (wait === 0) storms.ended('one', 0, RETRY_MS, true);
    return wait;
  });
  expect(waits).toEqual([0, 0, 0, 0, 16]);
});

describe('a client is never refused', () => {
  it('when it has got further each time', () => {
    const { come } = control();
    for (let sequence = 0; sequence < 50; sequence++) expect(come(sequence)).toBe(0);
  });

  it('when it waits as long as it was told', async () => {
    const { come, clock } = control();
    for (let at = 0; at < 50; at++) {
      expect(come()).toBe(0);
      await clock.advance(RETRY_MS);
    }
  });

  it('for others that have come too often', () => {
    const { come } = control();
    for (let at = 0; at < 10; at++) come(0, 'another');
    expect(come()).toBe(0);
  });

  it('for streams that it has open at the same time', () => {
    const { storms } = control();
    for (let at = 0; at < 5_000; at++) expect(storms.connect('one', 0)).toBe(0);
  });
});

it('forgets the clients that were seen longest ago, so their number is bounded', () => {
  const { come } = control({ mostClients: 2 });
  for (let at = 0; at < 4; at++) come(0, 'a');
  expect(come(0, 'a')).toBe(16);
  come(0, 'b');
  come(0, 'c');
  expect(come(0, 'a')).toBe(0);
});
