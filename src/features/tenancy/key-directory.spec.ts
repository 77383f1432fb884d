import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { DatabaseError } from '../../database/database-error.js';
import { KeyDirectory, type KeyRecord } from './key-directory.js';

const record = (more: Partial<KeyRecord> = {}): KeyRecord => ({
  principal: { tenantId: 'tenant', keyId: 'key', scope: 'member' },
  tokenHash: Buffer.alloc(32),
  expiresAtMs: Infinity,
  revoked: false,
  ...more,
});

let clock: ManualClock;
let stored: KeyRecord | null;
let loads: string[];
/** Answers that look-ups wait for; none: they are answered at once. */
let held: (() => void)[] | undefined;
let failure: Error | undefined;
let directory: KeyDirectory;

beforeEach(() => {
  clock = new ManualClock();
  [stored, loads, held, failure] = [record(), [], undefined, undefined];
  directory = new KeyDirectory(async (id) => {
    loads.push(id);
    const read = stored;
    await new Promise<void>((resolve) => (held ? held.push(resolve) : resolve()));
    if (failure) throw failure;
    return read;
  }, clock);
});

describe('a key that is used all the time', () => {
  it('is looked up once, and then answered without a promise', async () => {
    expect(await directory.find('k')).toBe(stored);
    for (let use = 0; use < 100; use++) expect(directory.find('k')).toBe(stored);
    expect(loads).toHaveLength(1);
  });

  it('is looked up again in the background after 1.5 s, and nobody waits for it', async () => {
    await directory.find('k');
    await clock.advance(1_499);
    expect(directory.find('k')).toBe(stored);
    expect(loads).toHaveLength(1);
    await clock.advance(1);
    const before = stored;
    stored = record({ revoked: true });
    expect(directory.find('k')).toBe(before);
    await clock.settle();
    expect(directory.find('k')).toMatchObject({ revoked: true });
    expect(loads).toHaveLength(2);
  });

  it('that was revoked elsewhere is known to be within 5 s, however the uses fall', async () => {
    for (let step = 100; step <= 4_000; step += 100) {
      stored = record();
      directory = new KeyDirectory(() => Promise.resolve(stored), clock);
      await directory.find('k');
      stored = record({ revoked: true });
      let seen: KeyRecord | null = record();
      for (let passed = 0; passed < 5_000; passed += step) {
        await clock.advance(Math.min(step, 5_000 - passed));
        seen = await directory.find('k');
      }
      expect(seen).toMatchObject({ revoked: true });
    }
  });
});

describe('many who ask for one key at once', () => {
  it('share one look-up', async () => {
    held = [];
    const asking = Promise.all(Array.from({ length: 50 }, async () => directory.find('k')));
    expect(loads).toHaveLength(1);
    held.forEach((answer) => answer());
    expect(new Set(await asking)).toEqual(new Set([stored]));
  });

  it('all learn that it failed, and the next one asks anew', async () => {
    failure = new DatabaseError('unavailable');
    const outcomes = await Promise.allSettled([directory.find('k'), directory.find('k')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    failure = undefined;
    expect(await directory.find('k')).toBe(stored);
    expect(loads).toHaveLength(2);
  });
});

describe('while the database is down', () => {
  it('a key is good until its record is 4 s old, and then nobody can say: that is no refusal', async () => {
    await directory.find('k');
    failure = new DatabaseError('unavailable');
    for (let second = 0; second < 4; second++) {
      expect(await directory.find('k')).toBe(stored);
      await clock.advance(999);
    }
    await clock.advance(4);
    await expect(directory.find('k')).rejects.toMatchObject({ code: 'dependency_unavailable' });
    failure = undefined;
    expect(await directory.find('k')).toBe(stored);
  });
});

describe('a key that changes while it is looked up', () => {
  it('is not remembered as it was, when it is revoked here meanwhile', async () => {
    held = [];
    const early = directory.find('k');
    stored = record({ revoked: true });
    directory.forget('k');
    held.splice(0).forEach((answer) => answer());
    await early;
    held = undefined;
    expect(await directory.find('k')).toMatchObject({ revoked: true });
  });

  it('ages from the moment the look-up began: its answer may have been old when it came', async () => {
    held = [];
    const slow = directory.find('k');
    await clock.advance(3_000);
    held.splice(0).forEach((answer) => answer());
    await slow;
    await clock.advance(999);
    expect(directory.find('k')).not.toBeInstanceOf(Promise);
    await clock.advance(1);
    expect(directory.find('k')).toBeInstanceOf(Promise);
  });

  it('is not answered from a look-up that began 5 s ago: it may have been revoked since', async () => {
    held = [];
    const first = directory.find('k');
    stored = record({ revoked: true });
    await clock.advance(5_000);
    const late = directory.find('k');
    held.splice(0).forEach((answer) => answer());
    held = undefined;
    await first;
    expect(await late).toMatchObject({ revoked: true });
  });
});

describe('keys that do not exist', () => {
  it('are remembered as well, so that each costs one look-up', async () => {
    stored = null;
    for (let use = 0; use < 10; use++) expect(await directory.find('none')).toBeNull();
    expect(loads).toEqual(['none']);
  });

  it('drive out the oldest when there are too many, and never grow past 10,000', async () => {
    stored = null;
    await directory.find('first');
    for (let id = 0; id < 10_000; id++) await directory.find(`made-up-${id}`);
    expect(directory.find('made-up-9999')).toBeNull();
    expect(directory.find('first')).toBeInstanceOf(Promise);
  });
});
