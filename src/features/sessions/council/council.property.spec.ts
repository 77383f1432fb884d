import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  asLogged,
  contentFor,
  councilSpec,
  runCouncil,
  type Answerer,
  type CouncilRun,
} from '../../../../test/support/council.js';
import type { CallSpec } from './calls.js';
import { next } from './council.js';
import type { CouncilEvent } from './events.js';
import { labelsFor } from './labels.js';
import { result } from './result.js';
import type { CouncilSpec } from './spec.js';
import { advance, EMPTY_STATE, fold } from './state.js';

const RUNS = { numRuns: 60 };

/** A council, the keys of calls that fail in each attempt, and which call comes back first each time. */
const situation = fc.record({
  size: fc.integer({ min: 2, max: 5 }),
  maxRounds: fc.integer({ min: 1, max: 4 }),
  quorumShare: fc.double({ min: 0, max: 0.999, noNaN: true }),
  failures: fc.array(
    fc.uniqueArray(
      fc.oneof(
        fc
          .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }))
          .map(([r, s]) => `round-${r}/seat-${s}`),
        fc.integer({ min: 1, max: 5 }).map((seat) => `vote/seat-${seat}`),
        fc.integer({ min: 2, max: 3 }).map((round) => `round-${round}/facilitator`),
      ),
      { maxLength: 6 },
    ),
    { maxLength: 3 },
  ),
  picks: fc.infiniteStream(fc.nat()),
  taste: fc.nat(),
});

type Situation = typeof situation extends fc.Arbitrary<infer T> ? T : never;

function specOf({ size, maxRounds, quorumShare }: Situation): CouncilSpec {
  return councilSpec(size, { maxRounds, quorum: 1 + Math.floor(quorumShare * size) });
}

/** Answers depend on nothing but the call, so that whatever differs between two runs is the council's doing. */
function answererOf(spec: CouncilSpec, failing: readonly string[], taste: number): Answerer {
  return (call, state) => {
    if (failing.includes(call.key)) return { code: 'provider_timeout' };
    const labels = (voter: string) =>
      labelsFor(voter, spec, state)
        .toSorted((one, other) => likingOf(voter, one.seat, taste) - likingOf(voter, other.seat, taste))
        .map(({ label }) => label);
    return { content: contentFor(call, spec, labels) };
  };
}

function likingOf(voter: string, seat: string, taste: number): number {
  return (Number(voter.at(-1)) * 31 + Number(seat.at(-1)) * 17 + taste) % 11;
}

function picking(picks: Iterator<number>): (calls: readonly CallSpec[]) => CallSpec | undefined {
  return (calls) => calls[Number(picks.next().value) % calls.length];
}

/** Runs it, and retries it after every failure: the last attempt fails nowhere. */
async function runThrough(one: Situation, pick = picking(one.picks[Symbol.iterator]())) {
  const spec = specOf(one);
  const asked: string[] = [];
  let log: readonly CouncilEvent[] | undefined;
  for (const [index, failing] of [...one.failures, []].entries()) {
    const run: CouncilRun = await runCouncil(spec, {
      answerer: answererOf(spec, failing, one.taste),
      pick,
      ...(log === undefined ? {} : { log }),
    });
    asked.push(...run.asked.filter((key) => !failing.includes(key)));
    if (run.end.kind === 'complete') return { spec, run, asked };
    const error = { code: run.end.code, detail: run.end.detail, recoverable: true };
    log = [...run.events, { type: 'error', data: error }, { type: 'retried', data: { attempt: index + 2 } }];
  }
  throw new Error('An attempt in which everybody answers has failed.');
}

describe('whatever answers, fails and comes late', () => {
  it('the council comes to an end, and no call is answered twice', async () => {
    await fc.assert(
      fc.asyncProperty(situation, async (one) => {
        const { spec, run, asked } = await runThrough(one);
        expect(new Set(asked).size).toBe(asked.length);
        expect(result(spec, run.state)).toBeDefined();
        for (const round of run.state.contributions.values()) expect(round.size).toBeGreaterThanOrEqual(spec.quorum);
      }),
      RUNS,
    );
  });

  it('the result does not depend on the order in which answers come', async () => {
    await fc.assert(
      fc.asyncProperty(situation, async (one) => {
        const any = await runThrough(one);
        const inOrder = await runThrough(one, ([first]) => first);
        expect(result(any.spec, any.run.state)).toEqual(result(inOrder.spec, inOrder.run.state));
      }),
      RUNS,
    );
  });

  it('the state follows from the log alone, at once or bit by bit', async () => {
    await fc.assert(
      fc.asyncProperty(situation, fc.nat(), async (one, cut) => {
        const { run } = await runThrough(one);
        const at = cut % run.events.length;
        const bit = fold(asLogged(run.events.slice(0, at)));
        expect(fold(asLogged(run.events.slice(at)), bit)).toEqual(fold(asLogged(run.events)));
        expect(advance(EMPTY_STATE, run.events)).toEqual(run.state);
      }),
      RUNS,
    );
  });

  it('every beginning of a log can be carried to the end, without asking again for what it holds', async () => {
    await fc.assert(
      fc.asyncProperty(situation, fc.nat(), async (one, cut) => {
        const { spec, run } = await runThrough(one);
        const log = run.events.slice(0, 1 + (cut % run.events.length));
        const again = await runCouncil(spec, { answerer: answererOf(spec, [], one.taste), log });
        expect(again.end.kind).toBe(next(spec, fold(asLogged(log))).kind === 'fail' ? 'fail' : 'complete');
        const answers = again.events.map(({ type, data }) => {
          if (type === 'contribution') return `round-${data.round}/${data.seat}`;
          return type === 'vote' ? `vote/${data.seat}` : type;
        });
        const unique = answers.filter((key) => /\//.test(key));
        expect(new Set(unique).size).toBe(unique.length);
      }),
      RUNS,
    );
  });
});
