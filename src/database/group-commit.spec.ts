import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GroupCommit, type GroupCommitOptions } from './group-commit.js';

interface Transaction {
  readonly items: readonly number[];
  readonly signal: AbortSignal;
  succeed(): Promise<void>;
  fail(error: Error): Promise<void>;
}

/** Transactions that the test ends; each answers with ten times what it was given. */
let underWay: Transaction[];
let begun: number[][];
let group: GroupCommit<number, number>;

const make = (options: Partial<GroupCommitOptions<number, number>> = {}) => {
  [underWay, begun] = [[], []];
  group = new GroupCommit({
    maxItems: 4,
    maxWaiting: 8,
    concurrency: 1,
    commit: (items, signal) => {
      begun.push([...items]);
      return new Promise((resolve, reject) => {
        const end = async (settle: () => void) => {
          underWay.splice(underWay.indexOf(transaction), 1);
          settle();
          await turn();
        };
        const transaction: Transaction = {
          items,
          signal,
          succeed: () => end(() => resolve(items.map((item) => item * 10))),
          fail: (error) => end(() => reject(error)),
        };
        underWay.push(transaction);
        signal.addEventListener('abort', () => void end(() => reject(signal.reason)), { once: true });
      });
    },
    ...options,
  });
};
beforeEach(() => make());

const oldest = (): Transaction => {
  const [first] = underWay;
  if (!first) throw new Error('no transaction is under way');
  return first;
};
/** Submits for several callers in one turn; the test may await their answers. */
const submitted = async (...callers: (readonly number[])[]): Promise<{ answers: Promise<readonly number[]>[] }> => {
  const answers = callers.map((items) => group.submit(items));
  await turn();
  return { answers };
};

describe('callers of one turn', () => {
  it('travel together, in order, and each gets its own results', async () => {
    const { answers } = await submitted([1], [2, 3], [4]);
    expect(begun).toEqual([[1, 2, 3, 4]]);
    await oldest().succeed();
    expect(await Promise.all(answers)).toEqual([[10], [20, 30], [40]]);
  });

  it('are split where the next one would not fit, and never in the middle of one', async () => {
    await submitted([1, 2, 3], [4, 5], [6, 7]);
    await oldest().succeed();
    await oldest().succeed();
    expect(begun).toEqual([
      [1, 2, 3],
      [4, 5, 6, 7],
    ]);
  });

  it('are split in halves when they are many, so that this process has work while the database has', async () => {
    make({ maxItems: 100, maxWaiting: 100 });
    await submitted(...Array.from({ length: 40 }, (_, index) => [index]));
    await oldest().succeed();
    await oldest().succeed();
    expect(begun.map(({ length }) => length)).toEqual([20, 20]);
  });

  it('are answered once the next transaction is on its way, so that the database does not stand idle meanwhile', async () => {
    const sent: number[][] = [];
    make({
      commit: async (items) => {
        // Resolves as a pool with an idle connection does.
        await new Promise<void>((resolve) => process.nextTick(resolve));
        sent.push([...items]);
        return items.map((item) => item * 10);
      },
    });
    const sentBefore = group.submit([1, 2, 3]).then(() => [...sent]);
    const last = group.submit([4, 5]);
    expect(await sentBefore).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    expect(await last).toEqual([40, 50]);
  });

  it('with more than fits travel alone', async () => {
    const {
      answers: [, large],
    } = await submitted([0], [1, 2, 3, 4, 5, 6], [7]);
    await oldest().succeed();
    await oldest().succeed();
    expect(begun).toEqual([[0], [1, 2, 3, 4, 5, 6], [7]]);
    expect(await large).toEqual([10, 20, 30, 40, 50, 60]);
  });
});

describe('callers who come while a transaction is under way', () => {
  it('wait for it and go together with the next', async () => {
    await submitted([1]);
    await submitted([2]);
    await submitted([3]);
    expect(begun).toEqual([[1]]);
    expect(group.snapshot()).toEqual({ waiting: 2, under_way: 1 });
    await oldest().succeed();
    expect(begun).toEqual([[1], [2, 3]]);
  });

  it('go at once when more than one may be under way', async () => {
    make({ concurrency: 2 });
    await submitted([1]);
    await submitted([2]);
    await submitted([3]);
    expect(begun).toEqual([[1], [2]]);
  });

  it('are turned away when more than may wait are waiting, to the item', async () => {
    await submitted([1]);
    await submitted([2, 3, 4, 5, 6, 7, 8]);
    await expect(group.submit([9, 10])).rejects.toMatchObject({ code: 'overloaded' });
    const last = group.submit([9]);
    await expect(group.submit([10])).rejects.toMatchObject({ code: 'overloaded' });
    while (underWay.length > 0) await oldest().succeed();
    expect(await last).toEqual([90]);
    expect(group.snapshot()).toEqual({ waiting: 0, under_way: 0 });
  });
});

describe('a transaction that fails', () => {
  it('fails for each of its callers and for no other', async () => {
    const {
      answers: [one, two],
    } = await submitted([1], [2]);
    const {
      answers: [later],
    } = await submitted([3]);
    const outcomes = Promise.allSettled([one, two]);
    await oldest().fail(new Error('lost'));
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { message: 'lost' } });
    await oldest().succeed();
    expect(await later).toEqual([30]);
  });

  it('fails also for those who waited, when it was so long that they have waited enough', async () => {
    make({ endsWait: (error) => error instanceof Error && error.message === 'silent' });
    const {
      answers: [first],
    } = await submitted([1]);
    const {
      answers: [waiting],
    } = await submitted([2]);
    const outcomes = Promise.allSettled([first, waiting]);
    await oldest().fail(new Error('silent'));
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { message: 'silent' } });
    expect(group.snapshot()).toEqual({ waiting: 0, under_way: 0 });
    const {
      answers: [next],
    } = await submitted([3]);
    await oldest().succeed();
    expect(await next).toEqual([30]);
  });

  it('does so also when it fails before it is a promise', async () => {
    make({
      commit: () => {
        throw new Error('at once');
      },
    });
    await expect(group.submit([1])).rejects.toThrow('at once');
    await turn();
    expect(group.snapshot()).toEqual({ waiting: 0, under_way: 0 });
  });
});

describe('callers who give up', () => {
  it('end the transaction when they all have, each with its own reason', async () => {
    const aborts = [new AbortController(), new AbortController()];
    const outcomes = Promise.allSettled(aborts.map(({ signal }, index) => group.submit([index], signal)));
    await turn();
    const { signal } = oldest();
    aborts[0]?.abort(new Error('first'));
    expect(signal.aborted).toBe(false);
    aborts[1]?.abort(new Error('second'));
    expect(signal.aborted).toBe(true);
    expect(await outcomes).toMatchObject([{ reason: { message: 'first' } }, { reason: { message: 'second' } }]);
    await turn();
    expect(group.snapshot()).toEqual({ waiting: 0, under_way: 0 });
  });

  it('do not end it while one is left', async () => {
    const abort = new AbortController();
    const leaver = group.submit([1], abort.signal);
    const {
      answers: [stayer],
    } = await submitted([2]);
    abort.abort(new Error('gone'));
    await expect(leaver).rejects.toThrow('gone');
    expect(oldest().signal.aborted).toBe(false);
    await oldest().succeed();
    expect(await stayer).toEqual([20]);
  });

  it('before they board are left behind', async () => {
    const abort = new AbortController();
    await submitted([1]);
    const waiting = group.submit([2], abort.signal);
    const {
      answers: [other],
    } = await submitted([3]);
    abort.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    await oldest().succeed();
    expect(begun).toEqual([[1], [3]]);
    await oldest().succeed();
    expect(await other).toEqual([30]);
    expect(group.snapshot()).toEqual({ waiting: 0, under_way: 0 });
  });

  it('before they board leave their room to others at once', async () => {
    const abort = new AbortController();
    await submitted([1]);
    const waiting = group.submit([2, 3, 4, 5, 6, 7, 8, 9], abort.signal);
    abort.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    const other = group.submit([10]);
    while (underWay.length > 0) await oldest().succeed();
    expect(await other).toEqual([100]);
  });

  it('before they ask cost nothing', async () => {
    await expect(group.submit([1], AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    await turn();
    expect(begun).toEqual([]);
  });
});

it('no caller is lost, whatever comes, fails or is given up in between', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('submit' as const), size: fc.integer({ min: 1, max: 6 }), abortable: fc.boolean() }),
    fc.record({ do: fc.constantFrom('succeed' as const, 'fail' as const, 'turn' as const, 'abort' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), async (steps, concurrency) => {
      make({ concurrency });
      const callers: { items: number[]; outcome: Promise<unknown>; abort: AbortController }[] = [];
      for (const one of steps) {
        if (one.do === 'submit') {
          const items = Array.from({ length: one.size }, (_, index) => callers.length * 10 + index);
          const abort = new AbortController();
          const outcome = group.submit(items, abort.signal).catch((error: unknown) => error);
          callers.push({ items, outcome, abort });
        } else if (one.do === 'turn') await turn();
        else if (one.do === 'abort') callers.at(-1)?.abort.abort(new Error('gone'));
        else if (underWay.length > 0)
          await (one.do === 'succeed' ? oldest().succeed() : oldest().fail(new Error('lost')));
        expect(underWay.length).toBeLessThanOrEqual(concurrency);
      }
      for (await turn(); underWay.length > 0; await turn()) await oldest().succeed();
      for (const { items, outcome } of callers) {
        const answer = await outcome;
        if (!(answer instanceof Error)) expect(answer).toEqual(items.map((item) => item * 10));
      }
      expect(group.snapshot()).toEqual({ waiting: 0, under_way: 0 });
      expect(new Set(begun.flat()).size).toBe(begun.flat().length);
    }),
    { numRuns: 100 },
  );
});
