import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { embeddedFault, statusFault } from './status-fault.js';

const clock = new ManualClock();
const fault = (status: number, body: unknown = '', headers = {}) => statusFault({ status, headers, body }, clock);
const error = (fields: Record<string, unknown>) => JSON.stringify({ error: { message: 'no', ...fields } });

describe('what a status means', () => {
  it.each([
    [300, 'unusable'],
    [307, 'unusable'],
    [399, 'unusable'],
    [400, 'rejected'],
    [401, 'unusable'],
    [402, 'unusable'],
    [403, 'unusable'],
    [404, 'unusable'],
    [405, 'rejected'],
    [408, 'server_error'],
    [409, 'rejected'],
    [413, 'rejected'],
    [422, 'rejected'],
    [429, 'saturated'],
    [499, 'rejected'],
    [500, 'server_error'],
    [503, 'server_error'],
    [529, 'server_error'],
    [599, 'server_error'],
  ])('%d is %s', (status, kind) => expect(fault(status).kind).toBe(kind));

  it('a wait that is asked for is kept where one may come back, and nowhere else', () => {
    const wait = (status: number) => fault(status, '', { 'retry-after': '7' }).statedRetryAfterMs;
    expect([429, 500, 503, 529, 408].map(wait)).toEqual([7000, 7000, 7000, 7000, 7000]);
    expect([400, 401].map(wait)).toEqual([undefined, undefined]);
    expect(fault(429).statedRetryAfterMs).toBeUndefined();
  });
});

describe('what a body adds to it', () => {
  it.each([
    ['OpenAI', error({ code: 'context_length_exceeded' })],
    ['OpenAI, one text', error({ code: 'string_above_max_length' })],
    ['OpenAI, by its message', error({ message: "This model's maximum context length is 8192 tokens." })],
    ['OpenAI, responses', error({ message: 'Your input exceeds the context window of this model.' })],
    [
      'Anthropic',
      '{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 2 tokens > 1"}}',
    ],
    ['Anthropic, with max_tokens', error({ message: 'input length and `max_tokens` exceed context limit: 2 + 3 > 4' })],
    ['vLLM, old', '{"object":"error","message":"This model\'s maximum context length is 4096 tokens.","code":400}'],
    ['vLLM', error({ message: 'The decoder prompt (length 5) is longer than the maximum model length of 4.' })],
    ['llama.cpp', error({ type: 'exceed_context_size_error', code: 400 })],
    [
      'llama.cpp, by its message',
      error({ message: 'the request exceeds the available context size, try increasing it' }),
    ],
    ['OpenRouter', error({ code: 400, message: "This endpoint's maximum context length is 131072 tokens." })],
    [
      'OpenRouter, upstream',
      error({ message: 'Provider returned error', metadata: { raw: error({ code: 'context_length_exceeded' }) } }),
    ],
    [
      'Gemini, in a list',
      JSON.stringify([
        { error: { message: 'The input token count (9) exceeds the maximum number of tokens allowed (8).' } },
      ]),
    ],
    [
      'Text Generation Inference',
      '{"error":"`inputs` must have less than 4095 tokens. Given: 5000","error_type":"validation"}',
    ],
    ['Ollama', '{"error":"input exceeds the context window"}'],
  ])('too long for the model: %s', (_name, body) => {
    expect([400, 413, 422, 500].map((status) => fault(status, body).kind)).toEqual(Array(4).fill('context_too_long'));
  });

  it.each([
    ['OpenAI', error({ code: 'content_policy_violation' }), 'content_policy_violation'],
    [
      'Azure',
      error({ code: null, innererror: { code: 'ResponsibleAIPolicyViolation' } }),
      'responsibleaipolicyviolation',
    ],
    ['Azure, outside', error({ code: 'content_filter', innererror: {} }), 'content_filter'],
    ['DashScope', error({ code: 'data_inspection_failed' }), 'data_inspection_failed'],
    ['Anthropic', error({ message: 'Output blocked by content filtering policy' }), 'content_filter'],
    [
      'OpenRouter',
      error({ code: 403, metadata: { reasons: ['violence'], flagged_input: 'SECRET' } }),
      'content_filter',
    ],
  ])('refused content: %s', (_name, body, word) => {
    for (const status of [400, 403]) {
      expect(fault(status, body)).toMatchObject({
        kind: 'content_filtered',
        detail: `The provider refused the content: ${word}.`,
      });
    }
  });

  it.each(['insufficient_quota', 'billing_hard_limit_reached', 'invalid_api_key', 'model_not_found'])(
    '%s is for an operator, also as a 429',
    (word) => {
      expect(fault(429, error({ code: word })).kind).toBe('unusable');
      expect(fault(400, error({ type: word })).kind).toBe('unusable');
    },
  );

  it('a request that asks for more than the model can says nothing of the route, also as a 404', () => {
    const kindOf = (message: string) => fault(404, error({ message, code: 404 })).kind;
    expect(kindOf('No endpoints found that support tool use. Try disabling "look_up".')).toBe('rejected');
    expect(kindOf('No endpoints found that support image input')).toBe('rejected');
    expect(kindOf('No endpoints found that can handle the requested parameters.')).toBe('rejected');
    expect(kindOf('No endpoints found matching your data policy.')).toBe('unusable');
  });

  it('a rate limit that speaks of tokens is no context that is too long', () => {
    expect(fault(429, error({ message: 'Request too large: maximum context length' })).kind).toBe('saturated');
    expect(fault(413, error({ message: 'Request too large on tokens per minute (TPM)' })).kind).toBe('rejected');
  });

  it('what a body quotes of the request decides nothing', () => {
    const body = JSON.stringify({ detail: [{ loc: ['body'], input: 'prompt is too long, content_filter' }] });
    expect(fault(422, body).kind).toBe('rejected');
  });

  it.each([
    ['nothing', ''],
    ['HTML', '<html><body>502 Bad Gateway</body></html>'],
    ['null', 'null'],
    ['a number', '7'],
    ['a list', '[]'],
    ['a list of lists', '[[["x"]]]'],
    ['an error that is null', '{"error":null}'],
    ['an error that is a list', '{"error":[1,{"code":{}}]}'],
    ['100,000 brackets', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['100,000 errors in errors', '{"error":'.repeat(100_000) + '1' + '}'.repeat(100_000)],
    ['JSON in JSON in JSON', JSON.stringify(JSON.stringify(JSON.stringify({ error: {} })))],
    ['nothing at all', undefined],
  ])('a body of %s leaves the status as it is', (_name, body) => {
    expect(fault(400, body).kind).toBe('rejected');
    expect(fault(503, body).kind).toBe('server_error');
  });

  it('nothing that the provider wrote is told', () => {
    for (const status of [400, 401, 429, 500]) {
      const told = fault(status, error({ message: 'SECRET', code: 'SECRET', type: 'SECRET' }));
      expect(`${told.message} ${told.detail} ${JSON.stringify(told)}`).not.toContain('SECRET');
    }
  });
});

describe('an error that comes as a success', () => {
  const kind = (body: unknown) => embeddedFault(body, { 'retry-after': '2' }, clock).kind;

  it('means what the status in it means', () => {
    expect(kind({ error: { code: 400, message: 'no' } })).toBe('rejected');
    expect(kind({ error: { code: '429' } })).toBe('saturated');
    expect(kind({ error: { code: 502 } })).toBe('server_error');
    expect(kind({ error: { code: 402 } })).toBe('unusable');
    expect(embeddedFault({ error: { code: 429 } }, { 'retry-after': '2' }, clock).statedRetryAfterMs).toBe(2000);
  });

  it('means what its words mean, and else that the server failed', () => {
    expect(kind({ error: { type: 'rate_limit_error' } })).toBe('saturated');
    expect(kind({ error: { type: 'overloaded_error' } })).toBe('server_error');
    expect(kind({ error: { type: 'invalid_request_error' } })).toBe('rejected');
    expect(kind({ error: 'anything' })).toBe('server_error');
    expect(kind({ error: { code: 399 } })).toBe('server_error');
    expect(kind({ error: { code: 600 } })).toBe('server_error');
  });
});
