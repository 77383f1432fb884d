import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { ProviderFault } from '../provider-fault.js';
import { type AnswerContext, fromMessage } from './from-message.js';

const clock = new ManualClock({ epochMs: 7_900 });
const context: AnswerContext = { answerTool: undefined, model: 'asked', headers: {}, clock };
const structured = { ...context, answerTool: 'plan' };
const text = (words: string) => ({ type: 'text', text: words });
const use = (name: string, input: unknown = {}) => ({ type: 'tool_use', id: `id-${name}`, name, input });

function answer(content: unknown, more = {}): string {
  return JSON.stringify({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-x',
    content,
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 1, cache_creation_input_tokens: 20, cache_read_input_tokens: 300, output_tokens: 4000 },
    ...more,
  });
}

function faultOf(json: string, from = context): unknown {
  try {
    return fromMessage(json, from);
  } catch (error) {
    return error instanceof ProviderFault ? error.kind : error;
  }
}

describe('a message as a completion', () => {
  it('joins the texts, keeps the thoughts apart as in a stream, and counts the cached prompt', () => {
    const content = [{ type: 'thinking', thinking: 'Hm', signature: 's' }, text('Hello, '), text('you.')];
    expect(fromMessage(answer(content), context)).toEqual({
      id: 'msg_1',
      object: 'chat.completion',
      created: 7,
      model: 'claude-x',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello, you.', reasoning_content: 'Hm' },
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 321,
        completion_tokens: 4000,
        total_tokens: 4321,
        prompt_tokens_details: { cached_tokens: 300 },
      },
    });
  });

  it('tells calls of tools', () => {
    const json = answer([text('I look.'), use('look', { at: 'x' })], { stop_reason: 'tool_use' });
    expect(fromMessage(json, context).choices[0]).toEqual({
      index: 0,
      message: {
        role: 'assistant',
        content: 'I look.',
        tool_calls: [{ id: 'id-look', type: 'function', function: { name: 'look', arguments: '{"at":"x"}' } }],
      },
      finish_reason: 'tool_calls',
    });
    const silent = fromMessage(answer([use('look')], { stop_reason: 'tool_use' }), context);
    expect(silent.choices[0]?.message.content).toBeNull();
  });

  it('takes the input of the answer tool for the content, and nothing beside it', () => {
    const content = [text('Here it is:'), use('plan', { steps: [1] }), use('plan', { steps: [2] })];
    expect(fromMessage(answer(content, { stop_reason: 'tool_use' }), structured).choices[0]).toEqual({
      index: 0,
      message: { role: 'assistant', content: '{"steps":[1]}' },
      finish_reason: 'stop',
    });
  });

  it('takes text for the structured answer when the model gave it as text', () => {
    const { choices } = fromMessage(answer([text('{"steps":[]}')]), structured);
    expect(choices[0]?.message.content).toBe('{"steps":[]}');
  });

  it('needs neither id nor model nor usage', () => {
    const json = answer([text('x')], { id: null, model: undefined, usage: 'none' });
    expect(fromMessage(json, context)).toMatchObject({ id: '', model: 'asked', usage: { total_tokens: 0 } });
  });

  it('keeps an ending that it does not know as the word of the provider', () => {
    const { choices } = fromMessage(answer([text('x')], { stop_reason: 'toString' }), context);
    expect(choices[0]?.finish_reason).toBe('toString');
  });
});

describe('what is no whole answer', () => {
  it.each([
    ['max_tokens', 'truncated'],
    ['model_context_window_exceeded', 'truncated'],
    ['pause_turn', 'truncated'],
    ['refusal', 'content_filtered'],
  ])('%s is %s, with or without content', (stopReason, kind) => {
    for (const content of [[], [text('So far')], [use('plan')]]) {
      expect(faultOf(answer(content, { stop_reason: stopReason }), structured)).toBe(kind);
    }
  });

  it('still cost tokens', () => {
    expect.assertions(2);
    for (const json of [answer([], { stop_reason: 'refusal' }), answer([])]) {
      try {
        fromMessage(json, context);
      } catch (error) {
        expect(error).toMatchObject({ usage: { prompt_tokens: 321, completion_tokens: 4000 } });
      }
    }
  });

  it.each([
    ['no content', [], 'empty', 'empty'],
    ['a text of nothing', [text('')], 'empty', 'empty'],
    ['thoughts alone', [{ type: 'thinking', thinking: 'Hm' }], 'empty', 'empty'],
    ['blanks', [text(' \n')], 'empty', 'answer'],
  ])('%s is an answer that says nothing, for a client that did not ask for it', (_name, content, kind, verbatim) => {
    const kindOf = (from: AnswerContext) => {
      const read = faultOf(answer(content), from);
      return typeof read === 'string' ? read : 'answer';
    };
    expect(kindOf(context)).toBe(kind);
    expect(kindOf({ ...context, verbatim: true })).toBe(verbatim);
    expect(kindOf({ ...context, verbatim: true, mayBeEmpty: true })).toBe('answer');
  });

  it('is given as it is where nothing may be an answer', () => {
    const { choices } = fromMessage(answer([]), { ...context, verbatim: true, mayBeEmpty: true });
    expect(choices[0]).toMatchObject({ message: { content: '' }, finish_reason: 'stop' });
  });

  it.each([
    ['invalid_request_error', 'prompt is too long: secret', 'context_too_long'],
    ['rate_limit_error', 'secret', 'saturated'],
    ['overloaded_error', 'secret', 'server_error'],
  ])('an error %s that was sent as a success is still an error', (type, words, kind) => {
    expect(faultOf(JSON.stringify({ type: 'error', error: { type, message: words } }))).toBe(kind);
  });

  const deep = '{"a":'.repeat(50_000) + '1' + '}'.repeat(50_000);
  it.each([
    ['no JSON', 'secret'],
    ['half a JSON', answer([text('secret')]).slice(0, -1)],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['content that is no list', answer('secret')],
    ['content of garbage', answer([null, 1, 'secret', [], { type: 'text' }, { type: 'text', text: 1 }])],
    ['no stop reason', answer([text('x')], { stop_reason: null })],
    [
      'a call that cannot be read',
      answer([text('x'), use('wait'), use('look', 'secret')], { stop_reason: 'tool_use' }),
    ],
    ['an input too deep', answer([use('look')], { stop_reason: 'tool_use' }).replace('"input":{}', `"input":${deep}`)],
  ])('%s is malformed, and not quoted', (_name, json) => {
    expect.assertions(2);
    try {
      fromMessage(json, structured);
    } catch (error) {
      expect(error).toMatchObject({ kind: 'malformed' });
      expect(error instanceof ProviderFault && [error.message, error.cause].join()).not.toContain('secret');
    }
  });
});
