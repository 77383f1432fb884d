import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PROBE_PERIOD_MS } from '../../src/llm/broker/route.js';
import { chainEnv } from '../support/chain-app.js';
import { chat, heardFrom } from '../support/chat.js';
import { composeTestApp, type ComposedApp } from '../support/composed-app.js';
import { after, cutMidStream, FakeProvider, ok, serverError, silence } from '../support/fake-provider/index.js';
import { MovableClock } from '../support/movable-clock.js';

const STORY = 'The primary comes and goes, and nobody who asks for a story ever has to know.';

describe.each([true, false])('a primary that comes and goes, stream: %s', (stream) => {
  let app: ComposedApp;
  let a: FakeProvider;
  let b: FakeProvider;
  const clock = new MovableClock();
  beforeAll(async () => {
    [a, b] = [await FakeProvider.start(), await FakeProvider.start()];
    app = await composeTestApp({ clock, env: { ...chainEnv({ a, b }), LLM_B_PREFILL: 'true', HOLDFAST_ROLE: 'api' } });
  });
  afterAll(async () => {
    await app.close();
    await Promise.all([a.stop(), b.stop()]);
  });

  const ask = () => chat({ api: app.api, app: { baseUrl: app.api.baseUrl } as never }, { stream });

  it('is left out while its circuit is open, tried by one call at a time, and back within one probe period', async () => {
    a.always(stream ? cutMidStream({ content: STORY }) : serverError());
    b.always(ok(STORY));
    while (a.count < 5) expect(await ask()).toMatchObject({ content: STORY, isWhole: true });
    const asked = a.count;
    for (let time = 0; time < 5; time += 1) expect((await ask()).models).toEqual(['b/m']);
    expect(a.count).toBe(asked);

    await clock.skip(PROBE_PERIOD_MS);
    const crowd = () => Promise.all(Array.from({ length: 8 }, () => ask()));
    expect((await crowd()).every(({ content, isWhole }) => content === STORY && isWhole)).toBe(true);
    expect(a.count).toBe(asked + 1);

    a.always(after(100, ok(STORY)));
    await clock.skip(PROBE_PERIOD_MS);
    await crowd();
    expect(a.count).toBe(asked + 2);
    expect((await ask()).models).toEqual(['a/m']);
  });

  it('is not blamed for clients that go', async () => {
    a.always(silence());
    for (let time = 0; time < 8; time += 1) {
      const gone = AbortSignal.timeout(50);
      const body = { model: 'auto', messages: [{ role: 'user', content: 'x' }], stream };
      await expect(app.api.post('/v1/chat/completions', body, { signal: gone })).rejects.toThrow(/abort/i);
    }
    a.always(ok(STORY));
    expect((await ask()).models).toEqual(['a/m']);
    expect((await heardFrom(app.api.baseUrl)).models).toEqual(['a/m']);
  });
});
