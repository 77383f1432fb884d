import { describe, expect, it } from '@jest/globals';
import { ProviderFault } from '../provider-fault.js';
import type { ChatRequest } from '../provider.js';
import { DEFAULT_MAX_TOKENS, toMessages } from './to-messages.js';

const MODEL = 'claude-sonnet-4-5';
const messages: ChatRequest['messages'] = [{ role: 'user', content: 'Hi' }];
const schema = { type: 'object', properties: {} };

/** The body as it is sent: without what is undefined. */
function bodyOf(fields: Record<string, unknown>, model = MODEL): Record<string, unknown> {
  const { body } = toMessages({ messages, ...fields }, model);
  return JSON.parse(JSON.stringify(body)) as Record<string, unknown>;
}

describe('a request in the words of the Messages API', () => {
  it('is no more than the model, the messages and a limit when nothing else is asked', () => {
    expect(bodyOf({})).toEqual({
      model: MODEL,
      max_tokens: DEFAULT_MAX_TOKENS,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    });
  });

  it('sends nothing that Anthropic does not know', () => {
    const openai = {
      stream: true,
      seed: 1,
      logprobs: true,
      presence_penalty: 1,
      reasoning_effort: 'low',
      store: true,
      n: 1,
      metadata: { ticket: '7' },
      service_tier: 'flex',
      response_format: { type: 'text' },
    };
    expect(bodyOf(openai)).toEqual(bodyOf({}));
  });

  it('passes on what Anthropic itself knows', () => {
    const own = { top_k: 5, metadata: { user_id: 'u' }, service_tier: 'standard_only', thinking: { type: 'disabled' } };
    expect(bodyOf(own)).toMatchObject(own);
  });

  it('takes nulls for absent', () => {
    const nulls = { stop: null, temperature: null, tools: null, tool_choice: null, user: null, max_tokens: null };
    expect(bodyOf(nulls)).toEqual(bodyOf({}));
  });

  it('limits the answer by the newer of the two names', () => {
    expect(bodyOf({ max_tokens: 10 })).toMatchObject({ max_tokens: 10 });
    expect(bodyOf({ max_tokens: 10, max_completion_tokens: 20 })).toMatchObject({ max_tokens: 20 });
  });

  it('leaves room for the answer beside the thinking', () => {
    const thinking = { type: 'enabled', budget_tokens: 10_000 };
    expect(bodyOf({ thinking })).toMatchObject({ thinking, max_tokens: DEFAULT_MAX_TOKENS + 10_000 });
  });

  it('stops where it may', () => {
    expect(bodyOf({ stop: 'END' })).toMatchObject({ stop_sequences: ['END'] });
    expect(bodyOf({ stop: ['A', '\n', 'B'] })).toMatchObject({ stop_sequences: ['A', 'B'] });
    expect(bodyOf({ stop: ['\n'] })).not.toHaveProperty('stop_sequences');
  });

  it.each([
    [2, 1],
    [-1, 0],
    [0.3, 0.3],
  ])('temperature %d becomes %d', (asked, sent) => {
    expect(bodyOf({ temperature: asked })).toMatchObject({ temperature: sent });
  });

  it('sends one of temperature and top_p: both together are refused', () => {
    expect(bodyOf({ top_p: 0.5 })).toMatchObject({ top_p: 0.5 });
    expect(bodyOf({ temperature: 0.5, top_p: 0.5 })).not.toHaveProperty('top_p');
  });

  it('spares the models that refuse sampling parameters', () => {
    const fields = { temperature: 0.5, top_p: 0.5, top_k: 5 };
    expect(bodyOf(fields, 'claude-opus-4-7')).toEqual(bodyOf({}, 'claude-opus-4-7'));
  });

  it('sends no sampling parameters to a model that is to think, which refuses them', () => {
    const fields = { temperature: 0.5, top_p: 0.5, top_k: 5 };
    for (const thinking of [{ type: 'enabled', budget_tokens: 2000 }, { type: 'adaptive' }])
      expect(bodyOf({ ...fields, thinking })).toEqual(bodyOf({ thinking }));
    const thinking = { type: 'disabled' };
    expect(bodyOf({ temperature: 0.5, thinking })).toMatchObject({ temperature: 0.5, thinking });
  });

  it('names the user', () => {
    expect(bodyOf({ user: 'u' })).toMatchObject({ metadata: { user_id: 'u' } });
  });

  it('asks for a JSON object in words, after the instructions of the client', () => {
    const system = { role: 'system' as const, content: 'Be brief.' };
    const { body } = toMessages(
      { messages: [system, ...messages], response_format: { type: 'json_object' } } as unknown as ChatRequest,
      MODEL,
    );
    expect(body.system).toMatch(/^Be brief\.\n\n.*JSON object/);
  });

  it('asks for structure by a forced tool, and by words where force is refused', () => {
    const format = { response_format: { type: 'json_schema', json_schema: { name: 'plan', schema } } };
    expect(bodyOf(format)).toMatchObject({ tool_choice: { type: 'tool', name: 'plan' } });
    expect(bodyOf(format)).not.toHaveProperty('system');
    for (const body of [bodyOf(format, 'claude-opus-5-5'), bodyOf({ ...format, thinking: { type: 'adaptive' } })]) {
      expect(body).toMatchObject({ tool_choice: { type: 'auto' }, system: expect.stringContaining('plan') });
    }
  });
});

describe('what Anthropic has nothing for', () => {
  it.each([
    { n: 2 },
    { response_format: { type: 'grammar', grammar: 'secret' } },
    { tools: [{ type: 'custom', custom: { name: 'secret' } }] },
    { functions: [{ name: 'secret', parameters: {} }] },
    { tool_choice: { type: 'allowed_tools', secret: 1 } },
    { temperature: 'secret' },
    { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { secret: 1 }, description: 7 } } },
  ])('%j is rejected by the name of the field alone', (fields) => {
    expect.assertions(3);
    try {
      bodyOf(fields);
    } catch (error) {
      expect(error).toMatchObject({ kind: 'rejected', detail: expect.stringContaining(Object.keys(fields).join()) });
      expect(error instanceof ProviderFault && error.detail).not.toContain('secret');
      expect(error instanceof ProviderFault && error.cause).toBeUndefined();
    }
  });
});
