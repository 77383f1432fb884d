import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { request as rawRequest } from '../support/raw-http.js';
import { BOOTSTRAP_KEY } from '../support/app.js';
import { ChainApp, KINDS } from '../support/chain-app.js';
import { chargedChats, chat, heardFrom, QUESTION } from '../support/chat.js';
import { huge, missingUsage, ok, silence, stallMidStream, streamed } from '../support/fake-provider/index.js';
import { ABORT_MS, leastOf } from '../support/own-time.js';
import { until } from '../support/until.js';

/** More than all buffers of the system on the way hold together. */
const HUGE = 96 * 1024 * 1024;
const BOUND = 32 * 1024 * 1024;

describe.each(KINDS)('clients that go, or read slowly, %s', (kind) => {
  let chain: ChainApp;
  beforeAll(async () => {
    chain = await ChainApp.single({ kind, env: { LLM_A_STALL_TIMEOUT_MS: '2000' } });
  });
  afterAll(() => chain.close());
  beforeEach(() => void chain.a.clear());

  /** A client that reads only when it is told to. */
  async function open(stream: boolean): Promise<Socket> {
    const socket = connect(Number(new URL(chain.app.baseUrl).port), '127.0.0.1');
    socket.on('error', () => {});
    const body = JSON.stringify({ model: 'auto', messages: QUESTION, stream });
    const headers = { authorization: `Bearer ${BOOTSTRAP_KEY}` };
    socket.write(rawRequest('POST', '/v1/chat/completions', headers, body));
    return socket;
  }

  it.each([
    ['before the first word', silence(), true],
    ['in the midst of the stream', stallMidStream(), true],
    ['before the answer', silence(), false],
  ])('end the call upstream within 100 ms when they go %s', async (when, behaviour, stream) => {
    chain.a.always(behaviour);
    const before = await chargedChats(chain);
    const tookMs = await leastOf(ABORT_MS, async () => {
      const socket = await open(stream);
      await until(() => chain.a.inFlight === 1);
      if (when.includes('midst')) await new Promise((resolve) => socket.once('data', resolve));
      const goneMs = performance.now();
      socket.destroy();
      await until(() => chain.a.inFlight === 0);
      const call = chain.a.calls.at(-1);
      return (call?.at ?? 0) + (call?.aborted ?? Infinity) - goneMs;
    });
    expect(tookMs).toBeLessThanOrEqual(ABORT_MS);
    expect(await chargedChats(chain)).toBe(before);
    expect((await chain.attempts('a'))['cancelled']).toBeGreaterThan(0);
  });

  it('are charged for a stream when they go at its last word', async () => {
    chain.a.always(missingUsage());
    const before = await chargedChats(chain);
    const socket = await open(true);
    let heard = '';
    socket.on('data', (bytes: Buffer) => (heard += bytes.toString('latin1')));
    await until(() => heard.includes('"finish_reason":"stop"'));
    socket.destroy();
    await until(() => chain.a.inFlight === 0);
    await until(async () => (await chargedChats(chain).catch(() => before)) === before + 1);
  });

  it('bound what is held for one that does not read, and blame nobody for the silence', async () => {
    chain.a.always(huge(HUGE));
    const socket = await open(true);
    await new Promise((resolve) => socket.once('readable', resolve));
    // Until nothing more is sent for longer than the provider may be silent.
    const [call] = chain.a.calls;
    let sent: number | undefined;
    do {
      sent = call?.sentBytes;
      await pause(2_500);
    } while (call?.sentBytes !== sent);
    expect(sent).toBeLessThan(BOUND);
    let end = '';
    socket.on('data', (bytes: Buffer) => (end = (end + bytes.toString('latin1')).slice(-100)));
    await until(() => end.includes('[DONE]'), 60_000);
    socket.destroy();
    expect(chain.a.count).toBe(1);
  });

  it('get an error in the midst of a stream when their deadline passes, and a refusal before its first word', async () => {
    chain.a.always(streamed({ chunks: ['a ', 'b ', 'c ', 'd '], msPerChunk: (index) => (index < 2 ? 0 : 1500) }));
    const late = await heardFrom(chain.app.baseUrl, {}, { 'x-deadline-ms': '1000' });
    expect(late).toMatchObject({ status: 200, content: 'a b ', isDone: false, error: { code: 'deadline_exceeded' } });
    chain.a.always(silence());
    for (const stream of [true, false]) {
      const early = await chat(chain, { stream, headers: { 'x-deadline-ms': '500' } });
      expect(early.status).toBe(504);
      expect(['deadline_exceeded', 'provider_timeout']).toContain(early.code);
    }
  });

  it('get what they ask for at the same time, each their own', async () => {
    chain.a.when(({ prompt }) => ok(`You said: ${prompt}`));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        chat(chain, { stream: index % 2 === 0, messages: [{ role: 'user', content: `number ${index}` }] }),
      ),
    );
    expect(answers.map(({ content }) => content)).toEqual(answers.map((_, index) => `You said: number ${index}`));
  });
});

describe('a drain', () => {
  it('ends streams that it cannot wait for with an error in their midst', async () => {
    const chain = await ChainApp.single({ env: { HOLDFAST_DRAIN_MS: '300' } });
    chain.a.always(stallMidStream());
    const heard = heardFrom(chain.app.baseUrl);
    await until(() => (chain.a.calls[0]?.sentBytes ?? 0) > 200);
    await pause(50);
    await chain.close();
    expect(await heard).toMatchObject({ status: 200, isDone: false, error: { code: 'shutting_down' } });
  });
});
