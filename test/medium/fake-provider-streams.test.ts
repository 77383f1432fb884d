import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as fake from '../support/fake-provider/index.js';
import { FakeProvider, ok } from '../support/fake-provider/index.js';
import { ownMs } from '../support/own-time.js';
import { APIS, eventsIn, ProviderClient, saidIn } from '../support/provider-client.js';
import { until } from '../support/until.js';

const SLOW_MS = 300;
/** A timer may fire this much early. */
const TIMER_MS = 5;

let provider: FakeProvider;
let client: ProviderClient;
beforeEach(async () => {
  provider = await FakeProvider.start();
  client = new ProviderClient(provider.baseUrl);
});
afterEach(async () => {
  client.close();
  await provider.stop();
});

describe('streams', () => {
  const streaming = { stream: true };
  const chunks = ['One ', 'two ', '“three” ', 'four'];
  const whole = chunks.join('');

  test.each(APIS)('%s: whole, in the given pieces', async (api) => {
    provider.next(
      fake.streamed({ chunks }),
      ok(whole),
      fake.instant(whole),
      fake.splitAtEveryByte(whole),
      fake.crlfLines({ chunks }),
    );
    for (let count = 0; count < 5; count += 1) {
      const { text } = await client.ask({ api, body: streaming });
      expect(saidIn(text)).toEqual({ content: whole, finish: api === 'messages' ? 'end_turn' : 'stop' });
      expect(text.trimEnd()).toMatch(api === 'messages' ? /"message_stop"\}$/ : /data: \[DONE\]$/);
    }
  });

  test('the events of Anthropic, in order', async () => {
    provider.next(ok('Hello'));
    const { text } = await client.ask({ api: 'messages', body: streaming });
    expect(eventsIn(text).map((event) => (event as { type: string }).type)).toEqual([
      'message_start',
      'content_block_start',
      'ping',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });

  test('usage comes when it is asked for', async () => {
    const usage = (text: string) => eventsIn(text).filter((event) => (event as { usage?: unknown }).usage != null);
    expect(usage((await client.ask({ body: streaming })).text)).toHaveLength(0);
    const asked = await client.ask({ body: { ...streaming, stream_options: { include_usage: true } } });
    expect(usage(asked.text)).toMatchObject([{ choices: [], usage: { prompt_tokens: 3 } }]);
  });

  test('tool calls in pieces', async () => {
    provider.always(fake.toolCall('look', { at: 'this' }));
    expect((await client.ask({ body: streaming })).text).toContain('"finish_reason":"tool_calls"');
    expect(saidIn((await client.ask({ api: 'messages', body: streaming })).text)).toEqual({
      content: '{"at":"this"}',
      finish: 'tool_use',
    });
  });

  test.each(['reset', 'close', 'end'] as const)('cut by %s after two pieces', async (how) => {
    provider.next(fake.hangUpAfter(fake.cutMidStream({ chunks, after: 2, how })));
    const { bytes } = await client.wire(streaming);
    expect(saidIn(bytes)).toEqual({ content: 'One two ', finish: undefined });
    expect(bytes.endsWith('\r\n0\r\n\r\n')).toBe(how === 'end');
  });

  test('a stall keeps the connection, with keep-alives when told', async () => {
    provider.next(fake.stallMidStream({ chunks, after: 1, keepAliveMs: 5 }));
    const response = await client.open({ body: streaming });
    let text = '';
    response.on('data', (piece) => (text += String(piece))).on('error', () => undefined);
    await until(() => text.split(': PROCESSING').length > 4);
    expect(saidIn(text).content).toBe('One ');
    response.destroy();
    await until(() => provider.inFlight === 0);
  });

  test.each([
    ['slow first token', fake.slowFirstToken(SLOW_MS, { chunks }), [1, 1, 1, 1]],
    ['slow drip', fake.slowDrip(SLOW_MS, { chunks, after: 2 }), [0, 0, 1, 2]],
  ])('%s', async (_name, behaviour, waits) => {
    provider.next(behaviour);
    const [startMs, ownStartMs] = [performance.now(), ownMs()];
    const response = await client.open({ body: streaming });
    const [least, most]: [number[], number[]] = [[], []];
    for await (const piece of response) {
      const { length } = String(piece).match(/delta":\{"content":"[^"]/g) ?? [];
      most.push(...Array<number>(length).fill(Math.floor((performance.now() - startMs + TIMER_MS) / SLOW_MS)));
      least.push(...Array<number>(length).fill(Math.floor((ownMs() - ownStartMs) / SLOW_MS)));
    }
    for (const [index, wait] of waits.entries()) {
      expect(most[index]).toBeGreaterThanOrEqual(wait);
      expect(least[index]).toBeLessThanOrEqual(wait);
    }
  });

  test('what is missing, and what is too much', async () => {
    provider.next(
      fake.missingDone({ chunks }),
      fake.noFinishReason({ chunks }),
      fake.malformedChunk({ chunks }),
      fake.errorEvent({ chunks }),
    );
    const texts = [];
    for (let count = 0; count < 4; count += 1) texts.push((await client.ask({ body: streaming })).text);
    const [missing = '', unfinished = '', malformed = '', failed = ''] = texts;
    expect(missing).not.toContain('[DONE]');
    expect(saidIn(missing)).toEqual({ content: whole, finish: 'stop' });
    expect(unfinished).toContain('[DONE]');
    expect(saidIn(unfinished)).toEqual({ content: whole, finish: undefined });
    expect(eventsIn(malformed).filter((event) => typeof event === 'string')).toHaveLength(2);
    expect(saidIn(malformed)).toEqual({ content: whole, finish: 'stop' });
    expect(saidIn(failed)).toEqual({ content: 'One two ', finish: undefined });
    expect(eventsIn(failed).at(-1)).toMatchObject({ error: { type: 'server_error' } });
  });

  test('without [DONE] and without an end', async () => {
    provider.next(fake.missingDone({ chunks, open: true }));
    const response = await client.open({ body: streaming });
    let text = '';
    response.on('data', (piece) => (text += String(piece))).on('error', () => undefined);
    await until(() => saidIn(text).finish === 'stop');
    expect(response.complete).toBe(false);
    response.destroy();
  });

  test('one huge event', async () => {
    provider.next(fake.hugeChunk(2_000_000));
    expect(saidIn((await client.ask({ body: streaming })).text).content).toHaveLength(2_000_000);
  });

  test('a body that is no stream goes the same way in pieces', async () => {
    provider.next(
      fake.slowDrip(5, { chunks }),
      fake.cutMidStream({ chunks }),
      fake.malformedChunk({ chunks }),
      fake.noFinishReason(),
    );
    expect((await client.ask()).text).toContain('“three”');
    expect(await client.outcome()).toBe('ECONNRESET');
    expect((await client.ask()).text).toMatch(/^\{"id":"chatcmpl-3".*[^}]$/);
    expect((await client.ask()).text).toContain('"finish_reason":null');
  });
});
