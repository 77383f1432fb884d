import { afterEach, expect, test } from '@jest/globals';
import { CouncilApp } from '../support/council-app.js';
import type { ReceivedCall } from '../support/fake-provider/index.js';
import { expectSoundLog, said } from '../support/session-log.js';

interface Schema {
  readonly type: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}

let council: CouncilApp;
afterEach(() => council.close());

/** What a program answers that reads the schema and nothing else. */
function leastOf({ type, enum: values, items, properties = {} }: Schema, text: string): unknown {
  if (values) return values[0];
  if (items) return text === '' ? [] : [leastOf(items, text)];
  if (type === 'object')
    return Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, leastOf(one, text)]));
  return type === 'string' ? text : 0;
}

/** Knows none of our prompts. @param dress what it puts around what it was asked for. */
function stranger({ text = 'x', dress = (json: string) => json } = {}): (call: ReceivedCall) => string {
  return ({ body }) => {
    const format = body['response_format'] as { json_schema: { schema: Schema } } | undefined;
    return format === undefined ? 'Plain words.' : dress(JSON.stringify(leastOf(format.json_schema.schema, text)));
  };
}

const SEATS = 4;
const calls = { frame: 1, 'round-2/facilitator': 1, 'vote/seat-1': 1, synthesis: 1 };

test.each([
  ['the least that the schema allows, with something in every list', stranger(), { plan: 1 }, 1],
  ['the least that the schema allows, with nothing in any list', stranger({ text: '' }), { plan: 2 }, 0],
  [
    'the object among words, in a fence and with fields that nobody asked for',
    stranger({
      dress: (json) => `Sure!\n\n\`\`\`json\n${json.replace('{', '{"note": {"a": "}"}, ')}\n\`\`\`\nAsk {me} for more.`,
    }),
    { plan: 1 },
    1,
  ],
  ['numbers as text', stranger({ dress: (json) => json.replaceAll(':0', ':"0"') }), { plan: 1 }, 1],
])('a model that answers %s brings a session to its end, and is asked once', async (_, answer, asked, actions) => {
  council = await CouncilApp.start({ answer });
  const id = await council.create({ seats: SEATS, max_rounds: 3 });
  expect(await council.ended(id)).toMatchObject({ status: 'completed', failure: null });
  const log = await council.log(id);
  expectSoundLog(log);
  expect(said(log, 'seat_absent')).toEqual([]);
  expect(said(log, 'vote')).toHaveLength(SEATS);
  expect(council.calls(id)).toMatchObject({ ...calls, ...asked });
  const result = await council.result(id);
  expect(result.ranking).toHaveLength(SEATS);
  expect(result.actions).toHaveLength(actions);
  expect(result.degraded).toBe(false);
});

test('a council of which nobody can be brought to vote comes to an end, and agrees on nothing', async () => {
  council = await CouncilApp.start({
    answer: (call) => (call.callId?.includes('/vote/') === true ? 'I like all of them.' : stranger()(call)),
  });
  const id = await council.create({ seats: SEATS, max_rounds: 1 });
  expect(await council.ended(id)).toMatchObject({ status: 'completed' });
  const votes = said(await council.log(id), 'vote');
  expect(votes.map(({ ranking }) => ranking)).toEqual([[], [], [], []]);
  expect(await council.result(id)).toMatchObject({ consensus: 0, degraded: false });
  const { data } = (await council.api.get<{ data: unknown[] }>('/v1/league')).body;
  expect(data).toEqual([]);
});
