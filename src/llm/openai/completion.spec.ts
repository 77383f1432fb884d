import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { ProviderFault } from '../provider-fault.js';
import { readCompletion } from './completion.js';

const clock = new ManualClock({ epochMs: 1_750_000_000_999 });
const context = { model: 'asked', headers: {}, clock };
const read = (body: unknown) => readCompletion(typeof body === 'string' ? body : JSON.stringify(body), context);
const whole = { role: 'assistant', content: 'hello' };
const answer = (choice: Record<string, unknown>, more = {}) => ({
  choices: [{ message: whole, finish_reason: 'stop', ...choice }],
  ...more,
});
const said = (message: Record<string, unknown>) => answer({ message: { role: 'assistant', ...message } });

function fault(body: unknown): ProviderFault {
  try {
    read(body);
  } catch (error) {
    if (error instanceof ProviderFault) return error;
    throw error;
  }
  throw new Error('no fault');
}

describe('a completion', () => {
  it('is taken as it is, unknown fields included', () => {
    const body = {
      id: 'x1',
      object: 'chat.completion',
      created: 7,
      model: 'm',
      system_fingerprint: 'fp',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'hello', refusal: null, annotations: [] },
          finish_reason: 'stop',
          logprobs: null,
        },
      ],
      usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7, prompt_tokens_details: { cached_tokens: 1 } },
    };
    expect(read(body)).toEqual(body);
  });

  it('has filled in what the server left out', () => {
    expect(read({ choices: [{ message: { content: 'hello' } }] })).toEqual({
      id: expect.stringMatching(/^chatcmpl-[0-9a-f]{24}$/),
      object: 'chat.completion',
      created: 1_750_000_000,
      model: 'asked',
      choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
    });
  });

  it.each([
    [null, [0, 0, 0]],
    [[], [0, 0, 0]],
    [{ prompt_tokens: -1, completion_tokens: '5', total_tokens: null }, [0, 0, 0]],
    [{ prompt_tokens: 1.5, completion_tokens: 1e300, total_tokens: 2 }, [0, 0, 2]],
    [{ prompt_tokens: 2, completion_tokens: 3 }, [2, 3, 5]],
    [{ prompt_tokens: 2, completion_tokens: 3, total_tokens: -5 }, [2, 3, 5]],
  ])('with usage %j counts what can be counted', (usage, counts) => {
    const { prompt_tokens, completion_tokens, total_tokens } = read(answer({}, { usage })).usage;
    expect([prompt_tokens, completion_tokens, total_tokens]).toEqual(counts);
  });

  it('may have its text in parts', () => {
    const content = [
      { type: 'thinking', thinking: [] },
      { type: 'text', text: 'a' },
      null,
      'b',
      { text: 'c' },
      { text: 7 },
    ];
    expect(read(said({ content })).choices[0]?.message).toEqual({ role: 'assistant', content: 'abc' });
  });

  it('has the thoughts among its parts beside its text', () => {
    const thinking = [{ type: 'text', text: 'Hm.' }];
    const content = [
      { type: 'thinking', thinking },
      { type: 'thinking', thinking: ' Yes.' },
      { type: 'text', text: 'a' },
    ];
    expect(read(said({ content })).choices[0]?.message).toMatchObject({ content: 'a', reasoning_content: 'Hm. Yes.' });
  });

  it.each([
    [
      'a tool call',
      { content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] },
    ],
    ['an old function call', { function_call: { name: 'f', arguments: '{}' } }],
    ['a voice', { content: null, audio: { id: 'a' } }],
    ['an image', { content: '', images: [{}] }],
  ])('may be %s without text', (_name, message) => {
    expect(read(said(message)).choices[0]?.message).toMatchObject(message);
  });

  it('has its calls of tools in the shape that clients read', () => {
    const calls = [
      { function: { name: 'look', arguments: { at: 1 } } },
      { id: '', type: 'function', function: { name: 'look', arguments: '{}' } },
      { id: 'c', type: 'custom', custom: { name: 'look', input: 'it' } },
      null,
    ];
    const own = { id: expect.stringMatching(/^call_[\da-f]{24}$/), type: 'function' };
    expect(read(said({ content: null, tool_calls: calls })).choices[0]?.message['tool_calls']).toEqual([
      { ...own, function: { name: 'look', arguments: '{"at":1}' } },
      { ...own, function: { name: 'look', arguments: '{}' } },
      calls[2],
      null,
    ]);
  });

  it('without a finish reason has ended, with its tools if it calls any', () => {
    for (const finish_reason of [undefined, null, '', 7])
      expect(read(answer({ finish_reason })).choices[0]?.finish_reason).toBe('stop');
    const calls = answer({ finish_reason: null, message: { tool_calls: [{ id: 'c' }] } });
    expect(read(calls).choices[0]?.finish_reason).toBe('tool_calls');
    expect(read(answer({ finish_reason: 'eos' })).choices[0]?.finish_reason).toBe('eos');
  });

  it('that says that it has not ended is none, where it is passed on as it is', () => {
    const verbatim = (body: unknown) => readCompletion(JSON.stringify(body), { ...context, verbatim: true });
    expect(() => verbatim(answer({ finish_reason: null }))).toThrow(expect.objectContaining({ kind: 'reset' }));
    expect(verbatim(answer({ finish_reason: undefined })).choices[0]?.finish_reason).toBe('stop');
    const calls = answer({ finish_reason: null, message: { tool_calls: [{ id: 'c' }] } });
    expect(verbatim(calls).choices[0]?.finish_reason).toBe('tool_calls');
  });

  it('may have several choices, and line breaks before it', () => {
    const two = { choices: [answer({}).choices[0], answer({ index: 5 }).choices[0]] };
    expect(read(`\n\n  ${JSON.stringify(two)}`).choices.map(({ index }) => index)).toEqual([0, 5]);
  });
});

describe('what is no completion', () => {
  it.each([
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['half a JSON', JSON.stringify(answer({})).slice(0, -1)],
    ['a stream', 'data: {"choices":[]}\n\ndata: [DONE]\n\n'],
    ['null', 'null'],
    ['a list', [answer({})]],
    ['an object', {}],
    ['choices that are null', { choices: null }],
    ['no choice', { choices: [] }],
    ['a choice that is null', { choices: [null] }],
    ['no message', { choices: [{ text: 'hello', finish_reason: 'stop' }] }],
    ['a message that is a text', { choices: [{ message: 'hello' }] }],
    ['no content', said({})],
    ['no text, and no end', { choices: [{ message: { content: '' } }] }],
    ['content that is a number', said({ content: 7 })],
    ['content that is an object', said({ content: { a: 1 } })],
    ['a second choice without content', { choices: [answer({}).choices[0], {}] }],
  ])('%s is malformed', (_name, body) => expect(fault(body).kind).toBe('malformed'));

  it('is nested too deeply: one past the limit, or 100,000', () => {
    const nested = (depth: number) =>
      `{"x":${'['.repeat(depth)}${']'.repeat(depth)},${JSON.stringify(answer({})).slice(1)}`;
    expect(JSON.stringify(read(nested(100)))).toContain('hello');
    expect(fault(nested(101)).kind).toBe('malformed');
    expect(fault(nested(100_000)).kind).toBe('malformed');
    expect(fault('['.repeat(1_000_000)).kind).toBe('malformed');
  });
});

describe('a completion that says nothing', () => {
  const nothing: readonly [string, Record<string, unknown>][] = [
    ['no text', { content: '' }],
    ['null', { content: null }],
    ['an empty list of tool calls', { content: null, tool_calls: [] }],
    ['empty parts', { content: [{ type: 'text', text: '' }] }],
  ];

  it.each([...nothing, ['blanks', { content: ' \n' }] as const])('is a fault of its own: %s', (_name, message) => {
    expect(fault(said({ ...message })).kind).toBe('empty');
  });

  it.each(nothing)('is an answer where nothing may be one: %s', (_name, message) => {
    const readAs = (mayBeEmpty: boolean) =>
      readCompletion(JSON.stringify(said(message)), { ...context, verbatim: true, mayBeEmpty });
    expect(() => readAs(false)).toThrow(expect.objectContaining({ kind: 'empty' }));
    expect(readAs(true).choices[0]).toMatchObject({ finish_reason: 'stop' });
  });

  it('is not one of blanks, where they are passed on: a stream would have passed them on too', () => {
    const { choices } = readCompletion(JSON.stringify(said({ content: '\n' })), { ...context, verbatim: true });
    expect(choices[0]?.message.content).toBe('\n');
  });
});

describe('an answer that did not end well', () => {
  it.each([
    ['length', 'truncated'],
    ['MAX_TOKENS', 'truncated'],
    ['model_length', 'truncated'],
    ['content_filter', 'content_filtered'],
    ['SAFETY', 'content_filtered'],
    ['error', 'server_error'],
    ['abort', 'server_error'],
  ])('%s is %s, with or without text', (finish_reason, kind) => {
    const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
    expect(fault(answer({ finish_reason }, { usage }))).toMatchObject({ kind, usage });
    expect(fault(answer({ finish_reason, message: { content: null } })).kind).toBe(kind);
  });

  it('counts also when it is not the first choice', () => {
    const choices = [answer({}).choices[0], answer({ finish_reason: 'length' }).choices[0]];
    expect(fault({ choices }).kind).toBe('truncated');
  });

  it('refuses: its words are not told', () => {
    const refused = fault(said({ content: null, refusal: 'I cannot help with SECRET' }));
    expect(refused).toMatchObject({ kind: 'content_filtered', detail: 'The provider refused the content: refusal.' });
    expect(read(said({ content: 'yes', refusal: '' })).choices).toHaveLength(1);
  });

  it('is an error in the body of a success', () => {
    expect(fault({ error: { code: 429, message: 'slow down' } }).kind).toBe('saturated');
    expect(fault({ error: 'model crashed' }).kind).toBe('server_error');
    expect(fault({ object: 'error', message: 'maximum context length', code: 400 }).kind).toBe('context_too_long');
    expect(fault(answer({ error: { code: 502 }, finish_reason: 'error' })).kind).toBe('server_error');
    expect(read(answer({ error: null }, { error: null })).choices).toHaveLength(1);
  });

  it('keeps the wait that it asks for, along with what it cost', () => {
    const body = JSON.stringify({ error: { code: 503 }, usage: { prompt_tokens: 1 } });
    const thrown = () => readCompletion(body, { ...context, headers: { 'retry-after': '3' } });
    expect(thrown).toThrow(expect.objectContaining({ kind: 'server_error', statedRetryAfterMs: 3000 }));
    expect(thrown).toThrow(expect.objectContaining({ usage: expect.objectContaining({ prompt_tokens: 1 }) }));
  });
});
