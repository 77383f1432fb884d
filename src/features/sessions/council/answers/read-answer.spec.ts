import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { councilSpec } from '../../../../../test/support/council.js';
import { contributionCall, facilitatorCall, FRAME, PLAN, SYNTHESIS, voteCall } from '../calls.js';
import { loadCouncilPrompts } from '../prompts.js';
import { request } from '../request.js';
import { EMPTY_STATE } from '../state.js';
import { read } from './read-answer.js';

const spec = councilSpec(4);
const spoken = new Map(spec.seats.map(({ seat }) => [seat, 'x']));
const state = { ...EMPTY_STATE, round: 1, voting: true, contributions: new Map([[1, spoken]]) };
const CALLS = [FRAME, contributionCall(1, 'seat-1'), facilitatorCall(2), voteCall('seat-1'), SYNTHESIS, PLAN];

const FRAGMENTS = [
  'FINAL RANKING:',
  '1. ',
  'Response ',
  'A',
  'b',
  ' > ',
  '\n',
  '{"actions": [',
  '{"title": "a", "depends_on": [1]}',
  '{"questions": ["',
  '"]}',
  ']',
  '{"score": ',
  '0.5',
  ', "novelty": ',
  '}',
  '```',
  '**',
  '\u0000',
  '\uD800',
  ',',
];
const fragments = fc.constantFrom(...FRAGMENTS);
const anything = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.array(fragments, { maxLength: 20 }).map((parts) => parts.join('')),
  fc.constantFrom('['.repeat(50_000), '('.repeat(50_000), ' '.repeat(50_000), '> '.repeat(25_000), 'A,'.repeat(25_000)),
);

describe('reading what a model answered', () => {
  it('never throws, and gives nothing that the database or JSON would refuse', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CALLS), anything, (call, content) => {
        const reading = read(call, spec, state)(content);
        if (!reading.ok) return expect(reading.complaint).toMatch(/^[^\n]+\.$/);
        expect(reading.value.kind).toBe(call.kind);
        const stored = JSON.stringify(reading.value);
        expect(stored).not.toMatch(/\\u0000|\\ud[89a-f]/i);
        return expect(JSON.parse(stored)).toEqual(reading.value);
      }),
      { numRuns: 500 },
    );
  });

  it('cuts a contribution to 20,000 code points', () => {
    const reading = read(contributionCall(1, 'seat-1'), spec, state)('🎉'.repeat(30_000));
    expect(reading).toEqual({ ok: true, value: { kind: 'contribute', text: '🎉'.repeat(20_000) } });
  });

  it('does not take an empty text for an answer', () => {
    expect(read(SYNTHESIS, spec, state)(' \n\u0000')).toMatchObject({ ok: false });
  });
});

interface Schema {
  readonly type: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** Anything that a schema of ours allows. */
function validBy({ type, enum: values, items, properties = {} }: Schema): fc.Arbitrary<unknown> {
  if (values) return fc.constantFrom(...values);
  if (items) return fc.array(validBy(items), { maxLength: 3 });
  switch (type) {
    case 'object':
      return fc.record(Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, validBy(one)])));
    case 'integer':
      return fc.integer();
    case 'number':
      return fc.double({ min: 0, max: 1, noNaN: true });
    default:
      return fc.string();
  }
}

describe('an answer that is valid by the schema it was asked with', () => {
  const prompts = loadCouncilPrompts();

  it.each(CALLS.map((call) => [call.key, call] as const))('is an answer: %s', (_, call) => {
    const format = request(spec, state, call, prompts).response_format;
    if (format === undefined) return;
    fc.assert(
      fc.property(validBy(format.json_schema.schema as unknown as Schema), (answer) => {
        expect(read(call, spec, state)(JSON.stringify(answer))).toMatchObject({ ok: true });
      }),
    );
  });
});

describe('reading a framing', () => {
  const framing = (value: unknown) => read(FRAME, spec, state)(JSON.stringify(value));

  it('needs a question, and makes do without the rest', () => {
    expect(framing({ questions: ['Why?'] })).toEqual({
      ok: true,
      value: { kind: 'frame', framing: { questions: ['Why?'], constraints: [], unknowns: [] } },
    });
    expect(framing({ questions: [' ', 7], constraints: ['a'] })).toMatchObject({ ok: false });
    expect(framing({ constraints: ['a'] })).toMatchObject({ ok: false });
  });

  it('takes one that asks nothing for what it says', () => {
    for (const questions of [[], ['']])
      expect(framing({ questions, constraints: ['a'] })).toEqual({
        ok: true,
        value: { kind: 'frame', framing: { questions: [], constraints: ['a'], unknowns: [] } },
      });
  });

  it('bounds the number of entries and their length, and drops doubles', () => {
    const questions = ['a', 'a', ...Array.from({ length: 50 }, (_, index) => `${index}${'x'.repeat(1_000)}`)];
    const reading = framing({ questions });
    expect(reading).toMatchObject({ ok: true });
    const value = reading.ok && reading.value.kind === 'frame' ? reading.value.framing.questions : [];
    expect(value).toHaveLength(12);
    expect(value[1]).toHaveLength(500);
  });
});

describe('reading a judgement', () => {
  const judgement = (value: unknown) => read(facilitatorCall(2), spec, state)(JSON.stringify(value));

  it('takes two shares, also as strings, to two decimals', () => {
    expect(judgement({ score: '0.857', novelty: 0 })).toEqual({
      ok: true,
      value: { kind: 'facilitate', score: 0.86, novelty: 0 },
    });
  });

  it.each([
    { score: 7, novelty: 0 },
    { score: -0.1, novelty: 0 },
    { score: null, novelty: 0 },
    { score: '', novelty: 0 },
    { score: 'NaN', novelty: 0 },
    { novelty: 0 },
    [1, 2],
  ])('does not guess what %j means', (value) => {
    expect(judgement(value)).toMatchObject({ ok: false });
  });
});

describe('reading actions', () => {
  const actionsOf = (actions: unknown) => {
    const reading = read(PLAN, spec, state)(JSON.stringify({ actions }));
    return reading.ok && reading.value.kind === 'plan' ? reading.value.actions : undefined;
  };

  it('completes what is missing and drops what has no title', () => {
    expect(actionsOf([{ title: 'a', estimate_minutes: 'soon', colour: 'red' }, { detail: 'b' }, null])).toEqual([
      { title: 'a', detail: '', order: 1, dependsOn: [], estimateMinutes: 30, ownerRole: '', firstStep: '' },
    ]);
  });

  it('puts each action behind those that it waits for', () => {
    const actions = actionsOf([
      { order: 10, title: 'last', depends_on: [30, 20] },
      { order: 20, title: 'middle', depends_on: [30] },
      { order: 30, title: 'first', depends_on: [99, 30] },
    ]);
    expect(actions?.map(({ title, order, dependsOn }) => [title, order, dependsOn])).toEqual([
      ['first', 1, []],
      ['middle', 2, [1]],
      ['last', 3, [1, 2]],
    ]);
  });

  it('never leaves a circle, a hole in the order or more than twelve, whatever waits for what', () => {
    const raw = fc.record({
      order: fc.integer({ min: 0, max: 5 }),
      depends_on: fc.array(fc.integer({ min: 0, max: 5 })),
    });
    fc.assert(
      fc.property(fc.array(raw, { minLength: 1, maxLength: 15 }), (list) => {
        const actions = actionsOf(list.map((one, index) => ({ ...one, title: `${index}` }))) ?? [];
        expect(actions.map(({ order }) => order)).toEqual(actions.map((_, index) => index + 1));
        expect(actions).toHaveLength(Math.min(12, list.length));
        for (const { order, dependsOn } of actions) for (const other of dependsOn) expect(other).toBeLessThan(order);
      }),
    );
  });

  it('asks again when there is none, and then there is none', () => {
    for (const actions of [[], [{ title: ' ' }]])
      expect(read(PLAN, spec, state)(JSON.stringify({ actions }))).toMatchObject({
        ok: true,
        value: { actions: [] },
        complaint: expect.any(String),
      });
    for (const actions of ['none', ['none'], [{ detail: 'b' }], undefined]) expect(actionsOf(actions)).toBeUndefined();
  });
});
