import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ErrorCode } from '../../src/reliability/errors/codes.js';
import type { FaultKind } from '../../src/llm/provider-fault.js';
import { ChainApp, KINDS, type TimedAnswer } from '../support/chain-app.js';
import * as fake from '../support/fake-provider/index.js';
import { expectProblem } from '../support/problem.js';
import { until } from '../support/until.js';

/** What the issue allows past the deadline. */
const GRACE_MS = 200;
/** Time for every retry that a fault is worth, the longest jitter included. */
const DEADLINE_MS = 4000;
/** How long a provider may be silent here: enough to read a megabyte on a busy machine. */
const SETTINGS = { LLM_A_TIMEOUT_MS: '1600' };

interface Case {
  readonly name: string;
  /** undefined: nobody listens. */
  readonly behaviour: fake.Behaviour | undefined;
  readonly outcome: FaultKind;
  /** Exactly so many, when there is time. */
  readonly attempts: number;
  readonly code: ErrorCode;
  /** The refusal stands: no planner steps in. */
  readonly final?: true;
}

const unavailable = { code: 'provider_unavailable', attempts: 3 } as const;
const unusable = { code: 'provider_request_failed', attempts: 1 } as const;
const invalid = { code: 'provider_invalid_response', attempts: 3 } as const;
const late = { code: 'provider_timeout', attempts: 1 } as const;
const filtered = { code: 'content_filtered', attempts: 1, outcome: 'content_filtered', final: true } as const;

const CASES: readonly Case[] = [
  { name: 'is not there', behaviour: undefined, outcome: 'unreachable', ...unavailable },
  { name: 'is silent', behaviour: fake.silence(), outcome: 'silent', ...late },
  { name: 'is silent after the head', behaviour: fake.silenceAfterHead(), outcome: 'too_slow', ...late },
  { name: 'resets before the head', behaviour: fake.resetBeforeHead(), outcome: 'reset', ...unavailable },
  { name: 'hangs up before the head', behaviour: fake.closeBeforeHead(), outcome: 'reset', ...unavailable },
  { name: 'resets in mid-body', behaviour: fake.resetMidBody(), outcome: 'reset', ...unavailable },
  { name: 'hangs up in mid-body', behaviour: fake.closeMidBody('chunks'), outcome: 'reset', ...unavailable },
  { name: 'answers 429', behaviour: fake.rateLimited(), outcome: 'saturated', ...unavailable },
  {
    name: 'answers 429 for an hour',
    behaviour: fake.rateLimited({ retryAfter: 3600 }),
    outcome: 'saturated',
    ...unavailable,
    attempts: 1,
  },
  { name: 'answers 500', behaviour: fake.serverError(), outcome: 'server_error', ...unavailable },
  { name: 'answers 503', behaviour: fake.serverError(503), outcome: 'server_error', ...unavailable },
  { name: 'answers an error as 200', behaviour: fake.errorIn200(), outcome: 'server_error', ...unavailable },
  { name: 'answers 400', behaviour: fake.badRequest(), outcome: 'rejected', ...unusable },
  { name: 'answers 401', behaviour: fake.unauthorized(), outcome: 'unusable', ...unusable },
  { name: 'does not know the model', behaviour: fake.modelNotFound(), outcome: 'unusable', ...unusable },
  { name: 'has no credit', behaviour: fake.quotaExhausted(), outcome: 'unusable', ...unusable },
  { name: 'refuses the content by 400', behaviour: fake.contentFilter('status'), ...filtered },
  { name: 'refuses the content in mid-answer', behaviour: fake.contentFilter('finish_reason'), ...filtered },
  { name: 'refuses the content in words', behaviour: fake.contentFilter('refusal'), ...filtered },
  {
    name: 'finds the text too long',
    behaviour: fake.contextTooLong(),
    outcome: 'context_too_long',
    code: 'context_length_exceeded',
    attempts: 1,
  },
  { name: 'sends a page', behaviour: fake.garbageBody(), outcome: 'malformed', ...invalid },
  { name: 'sends no HTTP', behaviour: fake.garbageBytes(), outcome: 'malformed', ...invalid },
  { name: 'sends no body', behaviour: fake.emptyBody(), outcome: 'malformed', ...invalid },
  { name: 'says nothing', behaviour: fake.emptyContent(), outcome: 'empty', ...invalid },
  { name: 'cuts its JSON short', behaviour: fake.truncatedJson(), outcome: 'mismatched', ...invalid, attempts: 2 },
  { name: 'runs out of tokens', behaviour: fake.truncatedByLength(), outcome: 'truncated', ...invalid, attempts: 1 },
  { name: 'answers something else', behaviour: fake.wrongSchema(), outcome: 'mismatched', ...invalid, attempts: 2 },
  { name: 'sends 50 MB', behaviour: fake.huge(50e6), outcome: 'too_large', ...invalid, attempts: 1 },
];

let chain: ChainApp;

/** Every success ends a streak of failures, and earns a tenth of a retry: so many pay for what a fault has spent. */
async function recover(): Promise<void> {
  await chain.a.up();
  chain.a.clear();
  // Few at once: a process that is still cold would let the others wait for longer than a provider may be silent.
  for (let round = 0; round < 5; round++) {
    const answers = await Promise.all(Array.from({ length: 4 }, () => chain.ask()));
    expect(new Set(answers.map(({ body }) => body.provider))).toEqual(new Set(['a']));
  }
}

/** Meets one request with the fault; expects the attempts of the case exactly, and that nothing is charged. */
async function asked({ behaviour, outcome, attempts }: Case): Promise<TimedAnswer> {
  const [before, charged] = [(await chain.attempts('a'))[outcome] ?? 0, await chain.charged()];
  chain.a.clear();
  if (behaviour) chain.a.always(behaviour);
  else await chain.a.down();
  const answer = await chain.ask({}, { headers: { 'x-deadline-ms': String(DEADLINE_MS) } });
  expect(answer.elapsedMs).toBeLessThanOrEqual(DEADLINE_MS + GRACE_MS);
  expect((await chain.attempts('a'))[outcome]).toBe(before + attempts);
  if (behaviour) expect(chain.a.count).toBe(attempts);
  expect(await chain.charged()).toBe(charged);
  await until(() => chain.a.inFlight === 0);
  return answer;
}

function expectRefusal({ status, headers, text }: TimedAnswer, code: ErrorCode): void {
  expectProblem({ status, headers: { ...headers }, body: text }, code);
}

describe.each(KINDS)('a provider of kind %s', (kind) => {
  describe('with the planner behind it', () => {
    beforeAll(async () => void (chain = await ChainApp.single({ kind, env: SETTINGS })));
    beforeEach(() => recover());
    afterAll(() => chain.close());

    test.each(CASES)('that $name is asked so often, and no more', async (fault) => {
      const answer = await asked(fault);
      if (fault.final) return expectRefusal(answer, fault.code);
      expect(answer.body).toMatchObject({ degraded: true, provider: 'offline', attempts: fault.attempts + 1 });
      expect(answer.body.steps.length).toBeGreaterThan(0);
    });
  });

  describe('with nothing behind it', () => {
    beforeAll(async () => {
      chain = await ChainApp.single({ kind, env: { ...SETTINGS, LLM_OFFLINE_FALLBACK: 'false' } });
    });
    beforeEach(() => recover());
    afterAll(() => chain.close());

    test.each(CASES)('that $name is asked so often, and its failure is told', async (fault) => {
      expectRefusal(await asked(fault), fault.code);
    });
  });
});
