import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { APICallError, generateText, jsonSchema, Output, streamText, tool, type LanguageModel, type ToolSet } from 'ai';
import { BOOTSTRAP_KEY } from '../support/app.js';
import { ChainApp, KINDS } from '../support/chain-app.js';
import { contentFilter, cutMidStream, ok, serverError, silence, toolCall } from '../support/fake-provider/index.js';
import { until } from '../support/until.js';

const CITY = jsonSchema<{ city: string }>({
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
});

/** Its types do not allow for exact optional properties. */
const TOOLS = { look_up: tool({ inputSchema: CITY }) } as unknown as ToolSet;

describe.each(KINDS)("Vercel's AI SDK, before providers of the kind %s", (kind) => {
  let chain: ChainApp;
  let model: LanguageModel;
  beforeAll(async () => {
    chain = await ChainApp.double({ kind });
    const provider = createOpenAICompatible({
      name: 'holdfast',
      baseURL: `${chain.app.baseUrl}/v1`,
      apiKey: BOOTSTRAP_KEY,
      includeUsage: true,
      supportsStructuredOutputs: true,
    });
    model = provider('auto');
  });
  afterAll(() => chain.close());
  beforeEach(() => {
    chain.a.clear();
    chain.b.clear();
  });

  it('gets text', async () => {
    chain.a.always(ok('Tea.'));
    const { text, usage } = await generateText({ model, prompt: 'What now?', maxRetries: 0 });
    expect({ text, tokens: usage.outputTokens }).toEqual({ text: 'Tea.', tokens: 1 });
  });

  it('gets a stream of text, finished by another provider when one dies', async () => {
    const story = 'A story that two models tell together, one after the other, without a seam.';
    chain.a.always(cutMidStream({ content: story }));
    chain.b.always(ok(story));
    const result = streamText({ model, prompt: 'A story?', maxRetries: 0 });
    let text = '';
    for await (const piece of result.textStream) text += piece;
    expect({ text, reason: await result.finishReason }).toEqual({ text: story, reason: 'stop' });
    expect((await result.usage).outputTokens).toBeGreaterThan(0);
  });

  it.each([true, false])('gets calls of its tools (stream: %s)', async (stream) => {
    chain.a.always(toolCall('look_up', { city: 'Oslo' }));
    const asked = { model, prompt: 'Where?', maxRetries: 0, tools: TOOLS };
    const calls = stream ? await streamText(asked).toolCalls : (await generateText(asked)).toolCalls;
    expect(calls).toMatchObject([{ toolName: 'look_up', input: { city: 'Oslo' } }]);
  });

  it('gets an object of the shape that it asks for', async () => {
    const { output } = await generateText({
      model,
      prompt: 'Where?',
      maxRetries: 0,
      output: Output.object({ schema: CITY }),
    });
    expect(output).toEqual({ city: expect.any(String) });
  });

  it('is told of errors, before a stream and in its midst', async () => {
    chain.a.always(contentFilter());
    const refused = await generateText({ model, prompt: 'x', maxRetries: 0 }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(APICallError);
    expect(refused).toMatchObject({ statusCode: 422, isRetryable: false });

    chain.a.clear().always(cutMidStream());
    chain.b.always(serverError());
    const errors: unknown[] = [];
    const result = streamText({ model, prompt: 'y', maxRetries: 0, onError: ({ error }) => void errors.push(error) });
    for await (const piece of result.textStream) expect(piece).not.toBe('');
    expect(errors.length).toBeGreaterThan(0);
  });

  it('ends the call upstream when it aborts its own', async () => {
    chain.a.always(silence());
    const abort = new AbortController();
    const asked = generateText({ model, prompt: 'x', maxRetries: 0, abortSignal: abort.signal });
    asked.catch(() => {});
    await until(() => chain.a.inFlight === 1);
    abort.abort();
    await expect(asked).rejects.toThrow(/abort/i);
    await until(() => chain.a.inFlight === 0);
  });
});
