import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { ChainApp, KINDS, timedBreakdown } from '../support/chain-app.js';
import * as fake from '../support/fake-provider/index.js';
import { spellings } from '../support/spellings.js';
import { makeTenant } from '../support/tenants.js';

/** A word that nobody else would write. Its letters are kept as they are by every encoding that matters here. */
const canary = (what: string): string => `canary${what}${randomBytes(9).toString('hex')}`;

const SECRETS = { providerKey: canary('providerkey'), otherKey: canary('otherkey') };
const TEXTS = { task: canary('task'), hint: canary('hint') };
const TOLD = { content: canary('content'), error: canary('error'), header: canary('header'), bytes: canary('bytes') };
const everything = () => Object.values({ ...SECRETS, ...TEXTS, ...TOLD });

/** As talkative about itself as a provider can be: the user's words and its own in every field that there is. */
const quoting = { message: `${TOLD.error} ${TEXTS.task}`, type: TOLD.error, code: TOLD.error, param: TEXTS.hint };
const refusal = (status: number, more: object = {}): fake.Behaviour =>
  fake.status(status, {
    headers: { 'x-quoted': `${TOLD.header} ${TEXTS.task}`, 'retry-after': `soon ${TOLD.header}`, [TOLD.header]: '1' },
    body: { error: { ...quoting, ...more }, type: 'error', detail: TEXTS.task, request_id: TOLD.error },
  });

const raw = (name: string, bytes: string, ending: 'close' | 'reset' | 'stay' = 'close'): fake.Behaviour => ({
  name,
  async play(exchange) {
    await exchange.write(bytes);
    if (ending === 'close') exchange.close();
    else if (ending === 'reset') await exchange.reset();
  },
});

const head = `HTTP/1.1 200 OK\r\nx-quoted: ${TOLD.header}\r\ncontent-type: application/json\r\n`;
const words = `${TOLD.content} ${TEXTS.task} ${TEXTS.hint}`;

const FAULTS: readonly fake.Behaviour[] = [
  ...[300, 400, 401, 403, 404, 413, 422, 429, 500, 503].map((status) => refusal(status)),
  refusal(200),
  refusal(400, { code: 'content_filter' }),
  refusal(400, { message: `prompt is too long: ${TEXTS.task}` }),
  fake.status(500, { body: `<html>${words}</html>` }),
  fake.status(200, { body: `<html>${words}</html>` }),
  fake.status(200, { body: { choices: [{ message: { content: 7, [words]: words }, finish_reason: words }] } }),
  fake.status(200, { body: { type: 'message', content: words, stop_reason: words, usage: words } }),
  fake.ok(words),
  fake.ok(`{"steps": ${words}`),
  fake.ok({ [words]: words, steps: [{ [words]: words }] }),
  fake.okWith({ content: '', refusal: words }),
  fake.okWith({ content: words, finish: 'length' }),
  fake.okWith({ content: words, finish: 'content_filter' }),
  raw('no HTTP', `${words}\r\n\r\n`),
  raw('a bad header', `HTTP/1.1 200 OK\r\n${words}\r\n\r\n`),
  raw('a bad length', `${head}content-length: ${TOLD.bytes}\r\n\r\n`),
  raw('a bad chunk', `${head}transfer-encoding: chunked\r\n\r\n${TOLD.bytes}\r\n`),
  raw('a bad encoding', `${head}content-encoding: ${TOLD.bytes}\r\ncontent-length: 3\r\n\r\nabc`),
  raw('half a body', `${head}content-length: 1000\r\n\r\n{"${TOLD.bytes}": "${words}`),
  raw('half a body, then a reset', `${head}content-length: 1000\r\n\r\n{"${TOLD.bytes}": "${words}`, 'reset'),
  raw('half a body, then silence', `${head}content-length: 1000\r\n\r\n{"${TOLD.bytes}": "${words}`, 'stay'),
  raw('too many headers', `${head}x-long: ${`${TOLD.bytes} `.repeat(2000)}\r\n\r\n`),
];

function findings(where: string, haystack: string, texts: readonly string[] = everything()): string[] {
  return texts.flatMap((text) =>
    spellings(text).some((spelling) => haystack.includes(spelling)) ? [`${text} in ${where}`] : [],
  );
}

describe.each(KINDS)('what is secret, what users write and what providers of kind %s say', (kind) => {
  let chain: ChainApp;
  let tenantKey: string;
  const refusals: string[] = [];
  const answers: string[] = [];
  const task = { input_text: `Fix ${TEXTS.task} today`, context_hints: [`with ${TEXTS.hint}`] };

  beforeAll(async () => {
    const env = {
      LOG_LEVEL: 'trace',
      LLM_OFFLINE_FALLBACK: 'false',
      LLM_A_API_KEY: SECRETS.providerKey,
      LLM_B_API_KEY: SECRETS.otherKey,
      LLM_A_TIMEOUT_MS: '600',
      LLM_B_TIMEOUT_MS: '600',
    };
    chain = await ChainApp.double({ kind, env });
    const tenant = await makeTenant(chain.api);
    tenantKey = tenant.key;
    for (const fault of FAULTS) {
      // A success between, or the circuits would open and nobody would be asked.
      for (const behaviour of [fault, fake.ok({ steps: [{ title: `About ${TOLD.content}` }], [words]: words })]) {
        chain.a.clear().always(behaviour);
        chain.b.clear().always(behaviour);
        const { status, text } = await timedBreakdown(tenant.api, task);
        (status === 200 ? answers : refusals).push(text);
        expect(chain.a.count).toBeGreaterThan(0);
      }
    }
    await Promise.all([chain.a.down(), chain.b.down()]);
    refusals.push((await timedBreakdown(tenant.api, task)).text);
  });
  afterAll(() => chain.close());

  test('has gone through every one of these faults', () => {
    expect(refusals.length).toBeGreaterThanOrEqual(FAULTS.length);
    expect(answers.length).toBeGreaterThanOrEqual(FAULTS.length);
    expect(findings('the answers', answers.join('\n'), [TOLD.content])).not.toEqual([]);
  });

  test('stays out of the body of every error', () => {
    expect(findings('the refusals', refusals.join('\n'), [...everything(), tenantKey])).toEqual([]);
  });

  test('stays out of every answer, but for the plan itself', () => {
    const texts = everything().filter((text) => text !== TOLD.content);
    expect(findings('the answers', answers.join('\n'), [...texts, tenantKey])).toEqual([]);
  });

  test('stays out of the log, at its most talkative', () => {
    const { logLines } = chain.app;
    expect(logLines.filter((line) => line.includes('"provider attempt"')).length).toBeGreaterThan(FAULTS.length);
    expect(findings('the log', logLines.join('\n'), [...everything(), tenantKey])).toEqual([]);
  });

  test('stays out of the metrics and the state of health', async () => {
    for (const path of ['/metrics', '/health', '/health/ready'])
      expect(findings(path, (await chain.api.get(path)).text, [...everything(), tenantKey])).toEqual([]);
  });

  test('stays out of every table', async () => {
    const { database } = chain.app;
    const tables = await database.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, relname) AS name FROM pg_stat_user_tables ORDER BY 1`,
    );
    expect(tables.map(({ name }) => name)).toContain('public.usage_counters');
    for (const { name } of tables) {
      const rows = await database.query<{ line: string }>(`SELECT kept::text AS line FROM ${name} AS kept`);
      const dump = rows.map(({ line }) => line).join('\n');
      expect(findings(name, dump, [...everything(), tenantKey])).toEqual([]);
    }
  });
});
