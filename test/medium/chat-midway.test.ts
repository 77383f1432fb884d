import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ChainApp, KINDS } from '../support/chain-app.js';
import { chargedChats, chat, heardFrom } from '../support/chat.js';
import {
  contextTooLong,
  continuing,
  crlfLines,
  cutMidStream,
  errorEvent,
  malformedChunk,
  missingDone,
  modelNotFound,
  noFinishReason,
  ok,
  rejectsPrefill,
  serverError,
  slowDrip,
  splitAtEveryByte,
  stallMidStream,
  status,
  streamed,
  type Behaviour,
} from '../support/fake-provider/index.js';

const LIMITS = {
  LLM_A_TIMEOUT_MS: '3000',
  LLM_A_FIRST_TOKEN_TIMEOUT_MS: '1500',
  LLM_A_STALL_TIMEOUT_MS: '1000',
};

const STORY =
  'Once upon a time a gateway stood between a client and its models. Models died, now and then, in the middle of a ' +
  'sentence, and the gateway found another one to finish it. Nobody noticed, and that was the point of it all.';

/** Ways to die in the midst of an answer. */
const DEATHS: readonly (readonly [string, Behaviour])[] = [
  ['a reset', cutMidStream({ how: 'reset', content: STORY })],
  ['a hang-up', cutMidStream({ how: 'close', content: STORY })],
  ['an end in good order that comes too early', cutMidStream({ how: 'end', content: STORY })],
  ['silence', stallMidStream({ content: STORY })],
  ['silence with signs of life', stallMidStream({ content: STORY, keepAliveMs: 150 })],
  ['an error event', errorEvent({ content: STORY })],
  ['no finish reason', noFinishReason({ content: STORY })],
  ['a drip', slowDrip(700, { after: 8, content: STORY })],
];

describe.each(KINDS)('a stream that dies midway, %s', (kind) => {
  let chain: ChainApp;
  beforeAll(async () => {
    chain = await ChainApp.double({ kind, env: { ...LIMITS, LLM_B_PREFILL: 'true' } });
  });
  afterAll(() => chain.close());
  beforeEach(async () => {
    chain.a.clear();
    chain.b.clear();
    for (const model of ['a', 'b']) await chat(chain, { model, stream: false });
    chain.a.clear();
    chain.b.clear();
  });

  it.each(DEATHS)('is finished by another provider after %s', async (_, death) => {
    chain.a.always(death);
    chain.b.always(continuing(STORY));
    const before = await chargedChats(chain);
    const outcome = await chat(chain, { stream: true });
    expect(outcome).toMatchObject({ content: STORY, models: ['a/m', 'b/m'], finish: 'stop', isWhole: true });
    expect(outcome.usage?.completion_tokens).toBeGreaterThan(0);
    expect([chain.a.count, chain.b.count]).toEqual([1, 1]);
    const { prefill = '' } = chain.b.calls[0] ?? {};
    expect(prefill.length).toBeGreaterThan(0);
    expect(STORY.startsWith(prefill)).toBe(true);
    expect(await chargedChats(chain)).toBe(before + 1);
  });

  it.each([
    ['repeats some of what it was given', continuing(STORY, { overlap: 7 })],
    ['begins anew, with the same words', ok(STORY)],
    ['begins anew, behind a blank line', ok(`\n\n${STORY}`)],
    ['fails once before it goes on', undefined],
  ])('is finished by one that %s', async (_, other) => {
    chain.a.always(cutMidStream({ content: STORY }));
    if (other) chain.b.always(other);
    else chain.b.next(serverError()).always(continuing(STORY));
    const heard = await heardFrom(chain.app.baseUrl);
    expect(heard).toMatchObject({ content: STORY, isDone: true, error: undefined, models: ['a/m', 'b/m'] });
    expect(heard.ids).toHaveLength(1);
  });

  it('has its beginning left out of the next request once that provider has refused it', async () => {
    const own = await ChainApp.double({ kind, env: { ...LIMITS, LLM_B_PREFILL: 'true' } });
    try {
      own.a.always(cutMidStream({ content: STORY }));
      own.b.always(rejectsPrefill(ok(STORY)));
      for (let time = 0; time < 2; time += 1) expect((await heardFrom(own.app.baseUrl)).content).toBe(STORY);
      expect(own.b.calls.map(({ prefill }) => prefill !== undefined)).toEqual([true, false, false]);
    } finally {
      await own.close();
    }
  });

  it.each([
    ['that it knows no such model', modelNotFound()],
    ['that the text is too long', contextTooLong()],
    ['with 403', status(403)],
  ])('is finished by a provider that refuses to go on by saying %s', async (_, refusal) => {
    const own = await ChainApp.double({ kind, env: { ...LIMITS, LLM_B_PREFILL: 'true' } });
    try {
      own.a.always(cutMidStream({ content: STORY }));
      own.b.always(rejectsPrefill(ok(STORY), refusal));
      expect(await heardFrom(own.app.baseUrl)).toMatchObject({ content: STORY, isDone: true, error: undefined });
      expect(own.b.calls.map(({ prefill }) => prefill !== undefined)).toEqual([true, false]);
    } finally {
      await own.close();
    }
  });

  it.each([
    ['says something else', ok('Certainly! Here is another story, about a fox and a grape.')],
    ['goes on from other words', continuing('Once upon a time a gateway fell into a river, and that was that.')],
    ['says less', ok('Once upon a time')],
    ['fails as well', serverError()],
  ])('ends with an error in its midst when the other one %s', async (_, other) => {
    chain.a.always(cutMidStream({ content: STORY }));
    chain.b.always(other);
    const before = await chargedChats(chain);
    const heard = await heardFrom(chain.app.baseUrl);
    expect(heard.status).toBe(200);
    expect(heard.error).toMatchObject({ type: 'server_error', message: expect.stringMatching(/\w+ \w+/) });
    expect(heard.isDone).toBe(false);
    expect(heard.finish).toBeUndefined();
    expect(STORY.startsWith(heard.content)).toBe(true);
    expect(heard.content).not.toBe('');
    expect(await chargedChats(chain)).toBe(before);
  });

  it('begins anew elsewhere, and nobody notices, when nothing has been said yet', async () => {
    chain.a.always(cutMidStream({ after: 0, content: STORY }));
    chain.b.always(ok('Something else.'));
    const heard = await heardFrom(chain.app.baseUrl);
    expect(heard).toMatchObject({ content: 'Something else.', isDone: true, models: ['b/m'] });
  });

  it('ends with an error when a tool call breaks off: nobody could go on from there', async () => {
    chain.a.always(cutToolCall());
    const heard = await heardFrom(chain.app.baseUrl, { tools: [{ type: 'function', function: { name: 'look_up' } }] });
    expect(heard.text).toContain('look_up');
    expect({ done: heard.isDone, code: heard.error?.code, b: chain.b.count }).toEqual({
      done: false,
      code: 'provider_unavailable',
      b: 0,
    });
  });

  it('is left alone when a tool call drips: nobody could go on from there', async () => {
    chain.a.always(slowToolCall());
    const heard = await heardFrom(chain.app.baseUrl, { tools: [{ type: 'function', function: { name: 'look_up' } }] });
    expect(heard).toMatchObject({ finish: 'tool_calls', isDone: true, error: undefined, models: ['a/m'] });
  });

  it('ends with an error when there is nobody else', async () => {
    chain.a.always(cutMidStream({ content: STORY }));
    const heard = await heardFrom(chain.app.baseUrl, { model: 'a' });
    expect({ done: heard.isDone, code: heard.error?.code }).toEqual({ done: false, code: 'provider_unavailable' });
    expect([chain.a.count, chain.b.count]).toEqual([1, 0]);
  });

  it('has its tokens recorded apart from those of the answer', async () => {
    chain.a.always(cutMidStream({ content: STORY }));
    chain.b.always(continuing(STORY));
    const { usage } = await chat(chain, { stream: true });
    const metrics = (await chain.api.get('/metrics')).text;
    const lost = /tokens_total\{provider="a",model="m",outcome="reset",direction="output"\} (\d+)/.exec(metrics)?.[1];
    expect(Number(lost)).toBeGreaterThan(0);
    expect(usage?.completion_tokens).toBeLessThan(STORY.length / 4);
  });

  it.each([
    ['has a malformed chunk and is otherwise whole', malformedChunk({ content: STORY })],
    ['lacks its last event', missingDone({ content: STORY })],
    ['breaks off after its last word', resetAfterFinish()],
    ['ends its lines with CRLF', crlfLines({ content: STORY })],
    ['comes byte by byte', splitAtEveryByte(STORY)],
    [
      'is slow from its beginning',
      streamed({ chunks: ['Slow ', 'and ', 'honest ', 'to ', 'the ', 'end.'], msPerChunk: 600 }),
    ],
  ])('is left alone when it %s', async (name, behaviour) => {
    chain.a.always(behaviour);
    const heard = await heardFrom(chain.app.baseUrl);
    const content = name.includes('slow') ? 'Slow and honest to the end.' : STORY;
    expect(heard).toMatchObject({ content, isDone: true, models: ['a/m'], error: undefined, finish: 'stop' });
    expect(chain.b.count).toBe(0);
  });

  it('ends at once when its connection stays open after the last word', async () => {
    chain.a.always(missingDone({ content: STORY, open: true }));
    const { content, isWhole, elapsedMs } = await chat(chain, { stream: true });
    expect({ content, isWhole }).toEqual({ content: STORY, isWhole: true });
    expect(elapsedMs).toBeLessThan(1000);
  });
});

describe('a stream of several answers that dies midway', () => {
  it('is not given on with its beginning: all but one of them would lack it', async () => {
    const chain = await ChainApp.double({ env: { LLM_B_PREFILL: 'true' } });
    try {
      chain.a.always(cutMidStream({ content: STORY }));
      chain.b.always(ok(STORY));
      expect(await heardFrom(chain.app.baseUrl, { n: 2 })).toMatchObject({ content: STORY, isDone: true });
      expect(chain.b.calls.map(({ prefill }) => prefill)).toEqual([undefined]);
    } finally {
      await chain.close();
    }
  });
});

const delta = (said: object, finish_reason: string | null = null, beside: object = {}) =>
  `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta: said, finish_reason }], ...beside })}\n\n`;

const events = (...said: string[]) =>
  status(200, { body: said.join(''), headers: { 'content-type': 'text/event-stream' } });

describe('a stream that dies when it has only been thought about', () => {
  let chain: ChainApp;
  beforeAll(async () => {
    chain = await ChainApp.double({ env: { LLM_B_PREFILL: 'true' } });
  });
  afterAll(() => chain.close());

  const call = {
    index: 0,
    id: 'call_1',
    type: 'function',
    function: { name: 'look_up', arguments: '{"city":"Oslo"}' },
  };

  it.each([
    ['calls a tool', delta({ role: 'assistant', tool_calls: [call] }), 'tool_calls', '"arguments":"{'],
    ['refuses in words', delta({ refusal: 'I would rather not.' }), 'stop', 'I would rather not.'],
    ['says something', delta({ role: 'assistant', content: 'In Oslo.' }), 'stop', 'In Oslo.'],
  ])('is finished by another provider that %s', async (_, said, finish, told) => {
    chain.a.always(events(delta({ reasoning_content: 'A city, hm.', channel: 'analysis' })));
    chain.b.always(
      events(delta({ reasoning_content: 'Another thought.' }), said, delta({}, finish), 'data: [DONE]\n\n'),
    );
    const heard = await heardFrom(chain.app.baseUrl);
    expect(heard).toMatchObject({ finish, isDone: true, error: undefined });
    expect(heard.text).toContain(told);
    expect(heard.text).not.toContain('Another thought.');
  });
});

describe('a stream that its provider has stopped', () => {
  let chain: ChainApp;
  beforeAll(async () => {
    chain = await ChainApp.double();
  });
  afterAll(() => chain.close());

  it('is finished by another one when Groq says so beside its finish reason', async () => {
    const stopped = delta({}, 'stop', { x_groq: { error: 'over_capacity' } });
    chain.a.always(events(delta({ content: 'In ' }), stopped, 'data: [DONE]\n\n'));
    chain.b.always(ok('In Oslo.'));
    expect(await heardFrom(chain.app.baseUrl)).toMatchObject({ content: 'In Oslo.', isDone: true, error: undefined });
  });

  it('ends with the reason of another one that refuses to finish it', async () => {
    chain.a.always(events(delta({ content: 'In ' })));
    chain.b.always(events(delta({ role: 'assistant' }), delta({}, 'content_filter'), 'data: [DONE]\n\n'));
    const { content, isDone, error } = await heardFrom(chain.app.baseUrl);
    expect({ content, isDone, code: error?.code }).toEqual({ content: 'In ', isDone: false, code: 'content_filtered' });
  });
});

/** A stream that breaks off when all has been said, but for the counts. */
function resetAfterFinish(): Behaviour {
  return {
    name: 'resetAfterFinish',
    async play(exchange) {
      const frames = exchange.dialect.frames(exchange.call, { content: STORY }, [STORY]);
      await exchange.head();
      for (const { kind, text } of frames) if (kind !== 'usage' && kind !== 'done') await exchange.chunk(text);
      await exchange.reset();
    },
  };
}

/** A stream that breaks off in the middle of the arguments of a call. */
function cutToolCall(): Behaviour {
  return {
    name: 'cutToolCall',
    async play(exchange) {
      const answer = { content: '{"city":"Oslo"}', toolCall: { name: 'look_up', input: { city: 'Oslo' } } };
      const frames = exchange.dialect.frames(exchange.call, answer, ['{"ci', 'ty":"O', 'slo"}']);
      await exchange.head();
      for (const { text } of frames.slice(0, frames.findIndex(({ kind }) => kind === 'finish') - 1))
        await exchange.chunk(text);
      await exchange.reset();
    },
  };
}

/** A stream that slows down in the middle of the arguments of a call, for longer than a drip is borne. */
function slowToolCall(): Behaviour {
  return {
    name: 'slowToolCall',
    async play(exchange) {
      const answer = { content: '{"city":"Oslo"}', toolCall: { name: 'look_up', input: { city: 'Oslo' } } };
      const frames = exchange.dialect.frames(exchange.call, answer, [...answer.content]);
      await exchange.head();
      for (const [at, { kind, text }] of frames.entries()) {
        if (kind === 'delta' && at > frames.length / 2) await exchange.pause(300);
        await exchange.chunk(text);
      }
      await exchange.endOfChunks();
    },
  };
}

const BODY_DEATHS = DEATHS.filter(([name]) => name !== 'an error event' && name !== 'a drip');

describe.each(KINDS)('a body that dies midway, %s', (kind) => {
  let chain: ChainApp;
  beforeAll(async () => {
    chain = await ChainApp.double({ kind, env: LIMITS });
  });
  afterAll(() => chain.close());

  it.each(BODY_DEATHS)('is replaced by that of another provider after %s', async (_, death) => {
    chain.a.always(ok());
    await chat(chain, { model: 'a', stream: false });
    chain.a.clear().always(death);
    chain.b.clear().always(ok(STORY));
    const outcome = await chat(chain, { stream: false });
    expect(outcome).toMatchObject({ status: 200, content: STORY, isWhole: true });
  });
});
