import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ChainApp } from '../support/chain-app.js';
import { chat, heardFrom } from '../support/chat.js';
import {
  badRequest,
  contentFilter,
  cutMidStream,
  garbageBytes,
  ok,
  status,
  type Behaviour,
} from '../support/fake-provider/index.js';

const ASKED = 'canary-of-the-question-7f3a';
const SAID = 'canary-of-the-answer-91bc';
const MODEL = 'canary-of-the-model-d0e2';

const FAULTS: readonly Behaviour[] = [
  ok(SAID),
  cutMidStream({ content: `${SAID} and then some more words` }),
  status(400, { body: { error: { message: `${ASKED} ${SAID}`, type: SAID, code: SAID } } }),
  status(500, { body: `${ASKED} ${SAID}` }),
  badRequest(),
  contentFilter(),
  garbageBytes(),
];

let chain: ChainApp;
beforeAll(async () => {
  chain = await ChainApp.double({ env: { LOG_LEVEL: 'debug', LLM_B_PREFILL: 'true' } });
});
afterAll(() => chain.close());

it('texts of chats are in no log line, no metric, and no error', async () => {
  const asked = { messages: [{ role: 'user', content: ASKED }], user: ASKED };
  const refusals: string[] = [];
  for (const fault of FAULTS)
    for (const stream of [true, false]) {
      chain.a.clear().always(fault);
      chain.b.clear().always(badRequest());
      const { message, code } = await chat(chain, { stream, ...asked });
      refusals.push(`${message} ${code}`);
      await heardFrom(chain.app.baseUrl, { ...asked, model: `a/${MODEL}`, stream });
    }
  const told = [...chain.app.logLines, (await chain.api.get('/metrics')).text, ...refusals].join('\n');
  for (const canary of [ASKED, SAID, MODEL, 'key-of-a']) expect(told).not.toContain(canary);
  expect(told).toContain('provider attempt');
});
