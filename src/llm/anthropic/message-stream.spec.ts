import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import type { ChatChunk } from '../provider.js';
import { MessageStream, type StreamContext } from './message-stream.js';

/** What the chunks of a message say. */
function said(events: readonly object[], context: Partial<StreamContext> = {}): readonly ChatChunk['body'][] {
  const clock = new ManualClock();
  const stream = new MessageStream({ answerTool: undefined, model: 'm', headers: {}, clock, ...context });
  return events.flatMap((event) => {
    const chunks = stream.read(JSON.stringify(event));
    return typeof chunks === 'string' ? [] : chunks.map(({ body }) => body);
  });
}

const start = (block: object) => ({ type: 'content_block_start', index: 0, content_block: block });
const delta = (fields: object) => ({ type: 'content_block_delta', index: 0, delta: fields });
const STOP = { type: 'content_block_stop', index: 0 };
const ending = (stop_reason: string, usage: object = {}) => ({ type: 'message_delta', delta: { stop_reason }, usage });

const deltasOf = (bodies: readonly ChatChunk['body'][]) =>
  bodies.flatMap(({ choices }) => (choices as { delta: object }[]).map((choice) => choice.delta));

describe('a message in pieces', () => {
  it('keeps the counts of its beginning where its end has none', () => {
    const usage = { input_tokens: 12, cache_creation_input_tokens: 3, cache_read_input_tokens: 5, output_tokens: 1 };
    const atEnd = {
      input_tokens: null,
      cache_creation_input_tokens: null,
      cache_read_input_tokens: null,
      output_tokens: 7,
    };
    const bodies = said([
      { type: 'message_start', message: { id: 'msg_1', usage } },
      start({ type: 'text', text: '' }),
      delta({ type: 'text_delta', text: 'Hello' }),
      STOP,
      ending('end_turn', atEnd),
    ]);
    expect(bodies.at(-1)?.['usage']).toMatchObject({ prompt_tokens: 20, completion_tokens: 7 });
  });

  it('has all that its blocks bring with their first event', () => {
    const text = deltasOf(
      said([start({ type: 'text', text: 'Hel' }), delta({ type: 'text_delta', text: 'lo' }), STOP]),
    );
    expect(text).toEqual([{ content: 'Hel' }, { content: 'lo' }]);
    const call = { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 'it' } };
    expect(deltasOf(said([start(call), STOP]))).toEqual([
      { tool_calls: [{ index: 0, id: 'toolu_1', type: 'function', function: { name: 'look', arguments: '' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{"at":"it"}' } }] },
    ]);
  });

  it('has the whole input of its tools, also where the end of a block is missing', () => {
    const call = { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} };
    const bodies = said([start(call), ending('tool_use')]);
    const calls = deltasOf(bodies).flatMap((one) => ('tool_calls' in one ? one.tool_calls : []));
    expect(calls).toMatchObject([{ id: 'toolu_1' }, { index: 0, function: { arguments: '{}' } }]);
    const bit = { type: 'input_json_delta', partial_json: '{"at":1}' };
    const told = deltasOf(said([start(call), delta(bit), ending('tool_use')]));
    expect(told.filter((one) => 'tool_calls' in one)).toHaveLength(2);
  });

  it("says nothing of tools that are not the client's", () => {
    const json = { type: 'input_json_delta', partial_json: '{"query":"x"}' };
    expect(
      said([start({ type: 'server_tool_use', id: 'x', name: 'web_search', input: {} }), delta(json), STOP]),
    ).toEqual([]);
  });

  it('is one object where the tool for it is called twice at once', () => {
    const plan = (n: number) => [
      start({ type: 'tool_use', id: `toolu_${n}`, name: 'plan', input: {} }),
      delta({ type: 'input_json_delta', partial_json: `{"n":${n}}` }),
      STOP,
    ];
    const spare = start({ type: 'tool_use', id: 'toolu_3', name: 'plan', input: {} });
    const bodies = said([...plan(1), ...plan(2), spare, STOP, ending('tool_use')], { answerTool: 'plan' });
    expect(deltasOf(bodies)).toEqual([{ content: '{"n":1}' }, {}]);
    expect(bodies[1]).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
  });

  it('is none when the beginning of a call is lost: the rest is not the whole answer', () => {
    const json = { type: 'input_json_delta', partial_json: '{"at":"it"}' };
    expect(() => said([delta(json)])).toThrow(expect.objectContaining({ kind: 'malformed' }));
  });

  it('keeps back no more text than an answer may have', () => {
    const context = { answerTool: 'plan', maxAnswerBytes: 10 };
    const text = delta({ type: 'text_delta', text: '12345' });
    expect(said([text, text], context)).toEqual([]);
    expect(() => said([text, text, text], context)).toThrow(expect.objectContaining({ kind: 'too_large' }));
  });
});
