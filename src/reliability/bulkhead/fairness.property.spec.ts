import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { AppError } from '../errors/app-error.js';
import { Bulkhead, type BulkheadPermit } from './bulkhead.js';
import type { Lane } from './places.js';

interface Call {
  readonly id: number;
  readonly key: string;
  readonly lane: Lane;
  readonly cancel: AbortController;
  /** Whether it had to wait at all. */
  waited: boolean;
  /** The crowd's step in which it was admitted or refused. */
  step?: number;
  permit?: BulkheadPermit;
  ending?: 'released' | 'turned away' | 'cancelled';
}

/** A bulkhead as its callers see it, without its inner state. */
class Crowd {
  readonly clock = new ManualClock();
  readonly calls: Call[] = [];
  /** Calls in the order in which they were admitted. */
  readonly entered: Call[] = [];
  readonly bulkhead: Bulkhead;
  steps = 0;

  constructor(
    readonly limit: number,
    readonly reserve: number,
    readonly queueLimit = 1_000,
  ) {
    this.bulkhead = new Bulkhead('trial', { limit, reserve, queueLimit, queueWaitMs: Infinity }, this.clock);
  }

  async arrive(key: string, lane: Lane = 'interactive'): Promise<Call> {
    const call: Call = { id: this.calls.length, key, lane, cancel: new AbortController(), waited: false };
    this.calls.push(call);
    this.bulkhead.acquire({ key, lane, signal: call.cancel.signal }).then(
      (permit) => {
        call.permit = permit;
        call.step = this.steps;
        this.entered.push(call);
      },
      (error: unknown) => {
        call.ending = error instanceof AppError ? 'turned away' : 'cancelled';
        call.step = this.steps;
      },
    );
    await this.clock.settle();
    call.waited = !call.permit && !call.ending;
    return call;
  }

  async leave(call: Call | undefined): Promise<void> {
    if (!call?.permit) return;
    call.permit.release();
    call.ending = 'released';
    await this.clock.settle();
  }

  async cancel(call: Call | undefined): Promise<void> {
    call?.cancel.abort(new Error('cancelled'));
    await this.clock.settle();
  }

  inside(of: Partial<Pick<Call, 'key' | 'lane'>> = {}): readonly Call[] {
    return this.calls.filter((call) => call.permit && !call.ending && matches(call, of));
  }

  waiting(of: Partial<Pick<Call, 'key' | 'lane'>> = {}): readonly Call[] {
    return this.calls.filter((call) => !call.permit && !call.ending && matches(call, of));
  }
}

const matches = (call: Call, { key, lane }: Partial<Pick<Call, 'key' | 'lane'>>) =>
  (key === undefined || call.key === key) && (lane === undefined || call.lane === lane);

const placeOf = ({ key, lane }: Call) => ({ key, lane });

const KEYS = ['a', 'b', 'c', 'd'];
const lanes = fc.constantFrom<Lane>('interactive', 'background');

type Step =
  | { readonly do: 'arrive'; readonly key: string; readonly lane: Lane }
  | { readonly do: 'leave' | 'cancel'; readonly which: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('arrive' as const), key: fc.constantFrom(...KEYS), lane: lanes }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('leave' as const), which: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat(40) }) },
);

const sizes = fc
  .record({ limit: fc.integer({ min: 1, max: 9 }), reserve: fc.nat(3), queueLimit: fc.nat(6) })
  .filter(({ limit, reserve }) => reserve < limit);

/** Lets a crowd do what the steps say, and looks at it after each of them. */
async function play(crowd: Crowd, steps: readonly Step[], look: (crowd: Crowd) => void) {
  for (const one of steps) {
    crowd.steps += 1;
    if (one.do === 'arrive') await crowd.arrive(one.key, one.lane);
    else {
      const { calls } = crowd;
      const call = calls[one.which % Math.max(1, calls.length)];
      await (one.do === 'leave' ? crowd.leave(call) : crowd.cancel(call));
    }
    look(crowd);
  }
}

const whatever = (look: (crowd: Crowd) => void, end: (crowd: Crowd) => void | Promise<void> = () => {}) =>
  fc.assert(
    fc.asyncProperty(sizes, fc.array(anyStep, { maxLength: 60 }), async ({ limit, reserve, queueLimit }, steps) => {
      const crowd = new Crowd(limit, reserve, queueLimit);
      await play(crowd, steps, look);
      await end(crowd);
    }),
    { numRuns: 120 },
  );

describe('whoever comes, leaves or gives up, in whatever order, a bulkhead', () => {
  it('has never more inside than its limit, counts right, and keeps nothing of those who are gone', () =>
    whatever(
      (crowd) => expect(crowd.inside().length).toBeLessThanOrEqual(crowd.limit),
      async (crowd) => {
        for (const lane of ['interactive', 'background'] as const)
          expect(crowd.bulkhead.snapshot().lanes[lane]).toEqual({
            active: crowd.inside({ lane }).length,
            queued: crowd.waiting({ lane }).length,
          });
        for (const call of crowd.calls) await crowd.cancel(call);
        for (const call of crowd.calls) await crowd.leave(call);
        expect(crowd.bulkhead.snapshot()).toMatchObject({ active: 0, queued: 0, keys: 0 });
      },
    ));

  it('has nobody wait for a place that is free, but for the reserve', () =>
    whatever((crowd) => {
      if (crowd.waiting().length > 0) expect(crowd.inside().length).toBeGreaterThanOrEqual(crowd.limit - crowd.reserve);
      const { length: inside } = crowd.inside();
      const isWithout = ({ key }: Call) => crowd.inside({ key, lane: 'interactive' }).length === 0;
      if (crowd.waiting({ lane: 'interactive' }).some(isWithout)) expect(inside).toBe(crowd.limit);
      const backgroundWaits = crowd.waiting({ lane: 'background' }).length > 0;
      if (backgroundWaits && crowd.inside({ lane: 'background' }).length === 0) expect(inside).toBe(crowd.limit);
    }));

  it('lets those of one key and lane in in the order in which they came', () =>
    whatever(
      () => {},
      ({ entered }) => {
        for (const key of KEYS)
          for (const lane of ['interactive', 'background'] as const) {
            const ids = entered.filter((call) => matches(call, { key, lane })).map(({ id }) => id);
            expect(ids).toEqual([...ids].sort((a, b) => a - b));
          }
      },
    ));

  it('gives a place to the one of those who wait that holds the fewest', () =>
    whatever((crowd) => {
      const last = crowd.entered.at(-1);
      if (!last?.waited || last.step !== crowd.steps) return;
      const held = crowd.inside(placeOf(last)).length - 1;
      for (const { key } of crowd.waiting({ lane: last.lane }))
        expect(held).toBeLessThanOrEqual(crowd.inside({ key, lane: last.lane }).length);
    }));

  it('turns away only who has as many waiting as anybody', () =>
    whatever((crowd) => {
      for (const one of crowd.calls.filter(({ ending, step }) => ending === 'turned away' && step === crowd.steps)) {
        const counts = KEYS.map((key) => crowd.waiting({ key, lane: one.lane }).length);
        expect(crowd.waiting(placeOf(one)).length + 1).toBeGreaterThanOrEqual(Math.max(...counts));
      }
    }));
});

describe('behind a tenant that takes all it can get, one with a single call', () => {
  const crowded = async (limit: number, reserve: number, greedy: number, lane: Lane = 'interactive') => {
    const crowd = new Crowd(limit, reserve);
    for (let count = 0; count < greedy; count++) await crowd.arrive('greedy', lane);
    return crowd;
  };
  const many = fc.integer({ min: 1, max: 200 });
  const limits = fc.integer({ min: 2, max: 24 });

  it('finds a place at once where there is a reserve, also when it comes again and again', () =>
    fc.assert(
      fc.asyncProperty(limits, many, lanes, async (limit, greedy, lane) => {
        const crowd = await crowded(limit, 1, greedy, lane);
        for (let time = 0; time < 3; time++) {
          const call = await crowd.arrive('single');
          expect(call.waited).toBe(false);
          await crowd.leave(call);
        }
      }),
      { numRuns: 60 },
    ));

  it('waits for the end of one call, and no more, where there is none', () =>
    fc.assert(
      fc.asyncProperty(limits, many, fc.nat(), async (limit, greedy, which) => {
        const crowd = await crowded(limit, 0, greedy + limit);
        const call = await crowd.arrive('single');
        expect(call.waited).toBe(true);
        await crowd.leave(crowd.inside()[which % limit]);
        expect(call.permit).toBeDefined();
      }),
      { numRuns: 60 },
    ));

  it('takes turns with the other where both hold as many, also when one of their calls is given up', async () => {
    const crowd = new Crowd(1, 0);
    const holder = await crowd.arrive('holder');
    const abandoned = await crowd.arrive('greedy');
    const greedy = [await crowd.arrive('greedy')];
    await crowd.cancel(abandoned);
    greedy.push(await crowd.arrive('greedy'));
    const single = await crowd.arrive('single');
    for (let count = 0; count < 4; count++) await crowd.leave(crowd.inside()[0]);
    expect(crowd.entered).toEqual([holder, greedy[0], single, greedy[1]]);
  });

  it('has as many places as the other once both take all they can get', async () => {
    const crowd = await crowded(10, 0, 100);
    for (let count = 0; count < 100; count++) await crowd.arrive('second');
    for (let count = 0; count < 10; count++) await crowd.leave(crowd.inside()[0]);
    expect(crowd.inside({ key: 'second' })).toHaveLength(5);
  });
});

describe('between the lanes', () => {
  it('who is waited for at this moment goes before the background', async () => {
    const crowd = new Crowd(8, 0);
    for (let count = 0; count < 20; count++) await crowd.arrive('councils', 'background');
    const first = await crowd.arrive('a');
    const second = await crowd.arrive('a');
    await crowd.leave(crowd.inside({ lane: 'background' })[0]);
    expect(first.permit).toBeDefined();
    await crowd.leave(crowd.inside({ lane: 'background' })[0]);
    expect(second.permit).toBeDefined();
  });

  it('the background goes on however many others come', () =>
    fc.assert(
      fc.asyncProperty(
        sizes,
        fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
        async ({ limit, reserve }, picks) => {
          const crowd = new Crowd(limit, reserve);
          let keys = 0;
          for (let count = 0; count < limit * 2; count++) await crowd.arrive(`tenant ${(keys += 1)}`);
          const call = await crowd.arrive('councils', 'background');
          let ended = 0;
          for (const pick of picks) {
            if (call.permit) break;
            await crowd.leave(crowd.inside()[pick % limit]);
            await crowd.arrive(`tenant ${(keys += 1)}`);
            ended += 1;
          }
          expect(ended).toBeLessThanOrEqual(2);
        },
      ),
      { numRuns: 60 },
    ));
});

describe('a full queue', () => {
  it('makes room for who has fewer waiting, by the newest of who has the most', async () => {
    const crowd = new Crowd(1, 0, 3);
    await crowd.arrive('greedy');
    const [oldest, , newest] = [
      await crowd.arrive('greedy'),
      await crowd.arrive('greedy'),
      await crowd.arrive('greedy'),
    ];
    const single = await crowd.arrive('single');
    expect(newest?.ending).toBe('turned away');
    expect(oldest?.ending).toBeUndefined();
    expect(single.waited).toBe(true);
    expect((await crowd.arrive('greedy')).ending).toBe('turned away');
    expect((await crowd.arrive('single')).ending).toBe('turned away');
    expect(crowd.bulkhead.snapshot()).toMatchObject({ queued: 3, rejected: 3, displaced: 1 });
  });

  it('of one lane is nothing to the other', async () => {
    const crowd = new Crowd(1, 0, 2);
    for (let count = 0; count < 5; count++) await crowd.arrive('councils', 'background');
    expect((await crowd.arrive('a')).waited).toBe(true);
    expect(crowd.waiting({ lane: 'background' })).toHaveLength(2);
  });
});
