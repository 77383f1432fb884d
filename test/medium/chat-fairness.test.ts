import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { chainEnv } from '../support/chain-app.js';
import { FakeProvider, ok, type Behaviour } from '../support/fake-provider/index.js';
import { makeTenant, type TestTenant } from '../support/tenants.js';
import { until } from '../support/until.js';

const PLACES = 8;
const GREED = 40;

describe.each([true, false])('a greedy tenant, stream: %s', (stream) => {
  let app: TestApp;
  let provider: FakeProvider;
  let greedy: TestTenant;
  let modest: TestTenant;
  /** Calls at the provider that wait to be answered, the oldest first: who has made them, and how they go on. */
  const held: { who: string; release: () => void }[] = [];

  beforeAll(async () => {
    provider = await FakeProvider.start();
    app = await startTestApp({ ...chainEnv({ a: provider }), LLM_A_MAX_CONCURRENCY: String(PLACES) });
    [greedy, modest] = [await makeTenant(app.api, 'greedy'), await makeTenant(app.api, 'modest')];
    provider.when(({ prompt }) => holding(prompt));
  });
  afterAll(async () => {
    await app.close();
    await provider.stop();
  });

  function holding(who: string): Behaviour {
    return {
      name: 'holding',
      async play(exchange) {
        await new Promise<void>((release) => held.push({ who, release }));
        await ok('Here you are.').play(exchange);
      },
    };
  }

  const ask = async ({ api }: TestTenant, who: string): Promise<number> =>
    (await api.post('/v1/chat/completions', { model: 'auto', stream, messages: [{ role: 'user', content: who }] }))
      .status;

  it('has nobody else wait: whoever has no call under way is served at once, however many of the other wait', async () => {
    const crowd = Array.from({ length: GREED }, () => ask(greedy, 'greedy'));
    await until(() => held.length === PLACES - 1);
    for (let time = 0; time < 5; time += 1) {
      const answer = ask(modest, 'modest');
      await until(() => held.some(({ who }) => who === 'modest'));
      // Not one of those who were there before has been let in meanwhile.
      expect(held.filter(({ who }) => who === 'greedy')).toHaveLength(PLACES - 1);
      held
        .splice(
          held.findIndex(({ who }) => who === 'modest'),
          1,
        )[0]
        ?.release();
      expect(await answer).toBe(200);
    }
    const emptying = setInterval(() => held.splice(0).forEach(({ release }) => release()), 1);
    expect(new Set(await Promise.all(crowd))).toEqual(new Set([200]));
    clearInterval(emptying);
  });
});
