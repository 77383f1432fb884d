import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/database/embedded/index.js';
import type { ActionBody } from '../support/actions.js';
import { ApiClient, type Answer, type Call } from '../support/client.js';
import { query } from '../support/embedded/query.js';
import { AppProcess } from '../support/process.js';
import { exchangeRaw, request } from '../support/raw-http.js';
import { ControlledApp, makeDataDir, removeDataDir } from '../support/server-control-app.js';
import { createSession, untilStatus } from '../support/sessions.js';
import { spellings } from '../support/spellings.js';
import { makeKey, makeTenant } from '../support/tenants.js';
import { until } from '../support/until.js';

/** A word that nobody else would write, so that finding it says where it came from. */
const canary = (what: string): string => `canary${what}${randomBytes(9).toString('hex')}`;

/** What a text must never be in, and where else it may be: the tables, as `schema.name`, that keep it on purpose. */
interface Canary {
  readonly text: string;
  readonly keptIn: readonly string[];
}

const secrets = new Map<string, Canary>();
const texts = new Map<string, Canary>();

function secret(what: string, text = canary(what)): string {
  secrets.set(what, { text, keptIn: [] });
  return text;
}

function userText(what: string, ...keptIn: string[]): string {
  const text = canary(what);
  texts.set(what, { text, keptIn });
  return text;
}

const SECRET = secret('SigningSecret');
const BOOTSTRAP = secret('BootstrapKey');

let postgres: EmbeddedPostgres;
const databaseLog: string[] = [];
let dataDir: string;
let app: ControlledApp;
let api: ApiClient;
let port: number;
/** Everything that was answered with a problem. */
const refusals: { what: string; text: string }[] = [];
const planted: Record<'tenantKey' | 'key' | 'revoked' | 'token', string> = {
  tenantKey: '',
  key: '',
  revoked: '',
  token: '',
};

beforeAll(async () => {
  dataDir = makeDataDir();
  // As talkative as an operator could wish it.
  const settings = {
    log_min_messages: 'debug5',
    log_statement: 'all',
    log_min_duration_statement: '0',
    log_connections: 'on',
    debug_print_parse: 'on',
  };
  postgres = await startEmbeddedPostgres({
    dataDir: join(dataDir, 'postgres'),
    settings,
    onLog: (line) => databaseLog.push(line),
  });
  secret('DatabasePassword', new URL(postgres.url).password);
  app = new ControlledApp(join(dataDir, 'app'), {
    DATABASE_URL: postgres.url,
    HOLDFAST_SECRET: SECRET,
    HOLDFAST_BOOTSTRAP_KEY: BOOTSTRAP,
    LOG_LEVEL: 'trace',
  });
  const baseUrl = await app.process.ready();
  port = Number(new URL(baseUrl).port);
  api = new ApiClient(baseUrl, BOOTSTRAP);
  await plantCredentials();
});

afterAll(async () => {
  await app.sweep();
  await postgres.stop();
  removeDataDir(dataDir);
});

async function plantCredentials(): Promise<void> {
  const tenant = await makeTenant(api, userText('TenantName', 'system.tenants'));
  planted.tenantKey = secret('TenantKey', tenant.key);
  const named = { name: userText('KeyName', 'system.api_keys') };
  planted.key = secret('Key', (await makeKey(tenant.api, ['member'], named)).key);
  const revoked = await makeKey(tenant.api, ['member']);
  planted.revoked = secret('RevokedKey', revoked.key);
  await tenant.api.delete(`/v1/api-keys/${revoked.id}`);
  const install = userText('Install', 'public.usage_counters');
  const { body } = await api.as(planted.key).post<{ token: string }>('/v1/client-tokens', { install_id: install });
  planted.token = secret('ClientToken', body.token);
}

/** Sends a request that must be refused, and keeps what it was answered. */
async function refuse(what: string, status: number, answer: Promise<Answer>): Promise<void> {
  const { text, status: got } = await answer;
  expect({ what, status: got }).toEqual({ what, status });
  refusals.push({ what, text });
}

async function refuseRaw(what: string, status: number, bytes: string | Buffer): Promise<void> {
  const response = await exchangeRaw(port, bytes);
  expect({ what, status: response?.status }).toEqual({ what, status });
  refusals.push({ what, text: response?.body ?? '' });
}

const post = (body: unknown, call: Call = {}): Promise<Answer> =>
  api.post('/v1/breakdowns', body, { key: planted.key, ...call });
const raw = (text: string, call: Call = {}): Promise<Answer> =>
  api.call('POST', '/v1/breakdowns', { raw: text, key: planted.key, ...call });

/** Does something while breakdowns and reconciles wait for a table. */
async function whileBlocked(act: () => Promise<void>): Promise<void> {
  const holder = new pg.Client(postgres.url);
  holder.on('error', () => undefined);
  await holder.connect();
  try {
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE usage_totals, usage_counters, usage_reservations IN ACCESS EXCLUSIVE MODE');
    await act();
  } finally {
    await holder.end();
  }
}

const waiting = `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name LIKE 'holdfast%'`;

describe('what users write and what is secret', () => {
  test('goes through requests that succeed', async () => {
    const task = {
      input_text: `${userText('Task')} for the party`,
      context_hints: [`without ${userText('Hint')}`],
      install_id: userText('OtherInstall', 'public.usage_counters'),
    };
    expect((await post(task)).status).toBe(200);
    const { input_text, context_hints } = task;
    expect(
      (await post({ input_text, context_hints, template_ids: ['tax-return'] }, { key: planted.token })).status,
    ).toBe(200);
    const feature = userText('Feature', 'public.usage_counters', 'public.usage_totals');
    const report = { install_id: userText('ReportInstall', 'public.usage_counters'), feature, local_count: 3 };
    expect((await api.post('/v1/usage/reconcile', report, { key: planted.key })).status).toBe(200);
    const member = { email: `${userText('Member', 'system.members').toLowerCase()}@example.org`, role: 'member' };
    expect((await api.post('/v1/members', member, { key: planted.tenantKey })).status).toBe(201);
    await refuse('the same member', 409, api.post('/v1/members', member, { key: planted.tenantKey }));
  });

  test('goes through council sessions, from the goal to the plan of another one', async () => {
    const own = api.as(planted.key);
    const logged = ['public.sessions', 'public.session_events', 'public.actions'];
    const project = await own.post<{ id: string }>('/v1/projects', { name: userText('Project', 'public.projects') });
    const body = {
      goal: `Organise the ${userText('Goal', ...logged)} for 12 children`,
      context: `It is about ${userText('Context', ...logged)}`,
      constraints: [`Without ${userText('Constraint', ...logged)}`],
      project_id: project.body.id,
    };
    const headers = { 'idempotency-key': secret('IdempotencyKey') };
    const made = await createSession(own, body, { headers });
    expect(made.status).toBe(201);
    expect((await createSession(own, body, { headers })).text).toBe(made.text);
    const other = { ...body, goal: userText('MismatchedGoal') };
    await refuse('another body with the same key', 422, own.post('/v1/sessions', other, { headers }));
    await untilStatus(own, made.body.id, 'completed');
    const actions = await own.get<{ data: ActionBody[] }>(`/v1/actions?session_id=${made.body.id}`);
    const at = `/v1/actions/${actions.body.data[0]?.id}`;
    const change = {
      status: 'blocked',
      title: userText('ActionTitle', ...logged),
      detail: userText('Detail', ...logged),
    };
    expect((await own.patch(at, change)).status).toBe(200);
    const more = { additional_context: userText('AdditionalContext', ...logged) };
    const replanned = await own.post<{ session_id: string }>(`${at}/replan`, more);
    expect(replanned.status).toBe(201);
    await untilStatus(own, replanned.body.session_id, 'completed');
    await refuse('a retry of what is done', 409, own.post(`/v1/sessions/${made.body.id}/retry`, undefined));
  });

  test('goes through sessions that are refused', async () => {
    const own = api.as(planted.tenantKey);
    const text = userText('RefusedGoal');
    const sent = (body: object) => own.post('/v1/sessions', { goal: text, ...body });
    await refuse('a long goal', 422, sent({ goal: `${text}${'x'.repeat(10_000)}` }));
    await refuse('a long context', 422, sent({ context: `${text}${'x'.repeat(51_200)}` }));
    await refuse('a constraint of another type', 422, sent({ constraints: [[text]] }));
    await refuse('a council of text', 422, sent({ council: text }));
    await refuse('an unknown project', 422, sent({ project_id: text }));
    await refuse('a quorum', 422, sent({ council: { seats: 2, quorum: 3 } }));
    await refuse('more than 128 KB', 413, sent({ context: `${text}${'x'.repeat(140_000)}` }));
    await refuse('an unknown session', 404, own.get(`/v1/sessions/${text}`));
    await refuse('a status', 422, own.get(`/v1/sessions?status=${text}`));
    await refuse('a cursor of the league', 400, own.get(`/v1/league?cursor=${text}`));
    await own.put('/v1/quotas/session', { limit: 0 });
    // Taken back with all that had been written; the file of the table may still hold it.
    await refuse('a session too many', 429, sent({ goal: userText('UnwantedGoal', 'public.sessions') }));
  });

  test('goes through bodies that are refused', async () => {
    const text = userText('RefusedTask');
    await refuse('malformed JSON', 400, raw(`{"input_text":"${text}`));
    await refuse('malformed JSON, a key in it', 400, raw(`{"input_text":"${planted.key}",}`));
    await refuse('a field twice', 400, raw(`{"${text}":1,"${text}":1}`));
    await refuse('a forbidden name', 400, raw(`{"input_text":"${text}","__proto__":{"${text}":1}}`));
    await refuse(
      'no UTF-8',
      400,
      raw(Buffer.concat([Buffer.from(`{"input_text":"${text}`), Buffer.from([0xff, 0x22, 0x7d])]) as never),
    );
    await refuse('too deep', 400, raw(`${'['.repeat(40)}"${text}"${']'.repeat(40)}`));
    await refuse('another type', 415, raw(`input_text=${text}`, { headers: { 'content-type': `text/${text}` } }));
    await refuse(
      'values of other types',
      422,
      post({ input_text: [text], granularity: text, install_id: { text }, context_hints: text }),
    );
    await refuse('a NUL beside it', 422, raw(`{"input_text":"${text}\\u0000"}`));
    await refuse(
      'a long name that is unknown',
      422,
      post({ input_text: text, [`${text} ${text}`]: text, [planted.key]: text }),
    );
    await refuse('unknown templates', 422, post({ input_text: text, template_ids: [text, planted.key] }));
    await refuse('more than 4,000', 413, post({ input_text: `${text}${'x'.repeat(4_000)}` }));
    await refuse('more than 64 KB', 413, post({ input_text: `${text}${'x'.repeat(70_000)}` }));
    await refuse('another install', 403, post({ input_text: text, install_id: text }, { key: planted.token }));
    await refuse(
      'a scope above',
      403,
      api.post('/v1/api-keys', { name: text, scopes: ['platform:admin'] }, { key: planted.tenantKey }),
    );
    await refuse(
      'an expiry in the past',
      422,
      api.post(
        '/v1/api-keys',
        { name: text, scopes: ['member'], expires_at: '2020-01-01T00:00:00Z' },
        { key: planted.tenantKey },
      ),
    );
    await refuse('no address', 422, api.post('/v1/members', { email: text, role: text }, { key: planted.tenantKey }));
    await refuse(
      'too old',
      422,
      api.post('/v1/usage/reconcile', {
        install_id: text,
        feature: text,
        local_count: 1,
        since: '2020-01-01T00:00:00Z',
      }),
    );
  });

  test('goes through a quota that is used up', async () => {
    const { api: own } = await makeTenant(api);
    await own.put('/v1/quotas/breakdown', { limit: 0 });
    await refuse(
      'a quota',
      429,
      own.post('/v1/breakdowns', { input_text: userText('OverQuota'), install_id: userText('OverQuotaInstall') }),
    );
  });

  test('goes through URLs, queries and headers', async () => {
    const inUrl = userText('Url');
    for (const text of [inUrl, planted.key, planted.token, BOOTSTRAP]) {
      await refuse('an unknown path with a query', 404, api.get(`/nowhere?ticket=${text}&input_text=${text}`));
      await refuse('a key in place of its id', 404, api.delete(`/v1/api-keys/${text}`, { key: planted.tenantKey }));
      await refuse('a cursor', 400, api.get(`/v1/usage?cursor=${text}&ticket=${text}`));
      await refuse('a period', 422, api.get(`/v1/usage?period=${text}`));
      await refuse('a limit', 422, api.get(`/v1/usage?limit=${text}`));
      await refuse('a NUL in a path', 422, api.delete(`/v1/members/${text}%00`));
      await refuse('a feature', 422, api.put(`/v1/quotas/${text}`, { limit: text }));
      await refuse('a broken escape', 400, api.get(`/v1/%zz/${text}`));
      const headers = {
        'user-agent': text,
        referer: `http://x/?ticket=${text}`,
        cookie: `a=${text}`,
        origin: `http://${text}`,
        'x-forwarded-for': text,
        'idempotency-key': text,
        'x-api-key': text,
        'x-request-id': `not safe ${text}`,
        traceparent: text,
      };
      expect((await api.get(`/v1/me?ticket=${text}`, { headers, key: planted.key })).status).toBe(200);
      await refuse(
        'a deadline that is none',
        400,
        api.get('/v1/me', { headers: { ...headers, 'x-deadline-ms': text } }),
      );
      await refuse('an expectation', 400, request400(text));
    }
  });

  test('goes through credentials that are not good', async () => {
    const { key, revoked, token } = planted;
    for (const wrong of [
      `${key}x`,
      key.slice(0, -1),
      `${key.slice(0, -1)}!`,
      revoked,
      `${token}x`,
      token.slice(0, -2),
      `${BOOTSTRAP}x`,
      SECRET,
    ])
      await refuse('wrong credentials', 401, api.get('/v1/me', { key: wrong }));
    for (const authorization of [key, `Basic ${key}`, `Bearer ${key} ${key}`])
      await refuse('a wrong header', 401, api.get('/v1/me', { key: null, headers: { authorization } }));
  });

  test('goes through what is no request', async () => {
    const text = userText('Socket');
    for (const word of [text, planted.key]) {
      await refuseRaw('garbage', 400, `${word}\r\n\r\n`);
      await refuseRaw('a bad header', 400, `GET / HTTP/1.1\r\n${word}\r\n\r\n`);
      await refuseRaw('CONNECT', 400, `CONNECT ${word}:443 HTTP/1.1\r\nhost: ${word}\r\n\r\n`);
      await refuseRaw(
        'long headers',
        431,
        request('GET', '/v1/me', { authorization: `Bearer ${word}`, 'x-filler': word.repeat(1_000) }),
      );
      await refuseRaw(
        'broken chunks',
        400,
        `POST /v1/breakdowns HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${planted.key}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${word}\r\n`,
      );
    }
  });

  test('goes through deadlines that pass and connections that the database ends', async () => {
    const body = {
      input_text: userText('Late'),
      install_id: userText('LateInstall'),
      context_hints: [userText('LateHint')],
    };
    const report = (what: string) => ({
      install_id: userText(`${what}Install`),
      feature: userText(`${what}Feature`),
      local_count: 5,
    });
    await whileBlocked(async () => {
      await refuse('a late breakdown', 504, post(body, { headers: { 'x-deadline-ms': '60' } }));
      await refuse(
        'a late report',
        504,
        api.post('/v1/usage/reconcile', report('LateReport'), { key: planted.key, headers: { 'x-deadline-ms': '60' } }),
      );
      await until(async () => (await query(postgres.url, waiting)).length === 0);
    });
    await whileBlocked(async () => {
      const broken = refuse('a broken breakdown', 503, post(body));
      await until(async () => (await query(postgres.url, waiting)).length > 0);
      await query(postgres.url, `SELECT pg_terminate_backend(pid) FROM (${waiting}) AS blocked`);
      await broken;
    });
    await whileBlocked(async () => {
      const broken = refuse(
        'a broken report',
        503,
        api.post('/v1/usage/reconcile', report('BrokenReport'), { key: planted.key }),
      );
      const call = { ended: false };
      const end = () => void (call.ended = true);
      void broken.then(end, end);
      // It is written again once: its connection has to end each time.
      await until(async () => {
        await query(postgres.url, `SELECT pg_terminate_backend(pid) FROM (${waiting}) AS blocked`);
        return call.ended;
      });
      await broken;
    });
    await until(async () => (await api.get('/v1/usage')).status === 200);
  });

  test('goes through settings that stop the start', async () => {
    const setting = secret('BadSetting');
    const environments = [
      { HOLDFAST_SECRET: setting.slice(0, 25) },
      { HOLDFAST_BOOTSTRAP_KEY: `${setting} ${setting}` },
      { DATABASE_URL: `mysql://user:${setting}@127.0.0.1/x` },
      { DATABASE_URL: `postgres://user:${setting}@127.0.0.1:1:2/x` },
    ];
    for (const environment of environments) {
      const process = new AppProcess({
        NODE_ENV: 'test',
        PORT: '0',
        HOLDFAST_DATA_DIR: join(dataDir, 'none'),
        ...environment,
      });
      expect((await process.ended).code).toBe(78);
      refusals.push({ what: Object.keys(environment).join(), text: process.stdout + process.stderr });
      expect(process.stderr).toContain(Object.keys(environment)[0]);
      expect(process.stdout + process.stderr).not.toContain(setting.slice(0, 25));
    }
  });
});

/** `Expect` is answered below Fastify; the client library would not send it. */
async function request400(expectation: string): Promise<Answer> {
  const response = await exchangeRaw(port, request('GET', '/v1/me', { expect: expectation }));
  return { status: response?.status ?? 0, headers: response?.headers ?? {}, body: {}, text: response?.body ?? '' };
}

function findings(where: string, haystack: string, canaries: Iterable<[string, Canary]>): string[] {
  return [...canaries].flatMap(([what, { text }]) =>
    spellings(text).some((spelling) => haystack.includes(spelling)) ? [`${what} in ${where}`] : [],
  );
}

const everything = (): [string, Canary][] => [...secrets, ...texts];

describe('what users write and what is secret stays out of', () => {
  test('the metrics and the state of health', async () => {
    for (const path of ['/metrics', '/health', '/health/ready', '/openapi.json'])
      expect(findings(path, (await api.get(path)).text, everything())).toEqual([]);
  });

  test('the body of every refusal', () => {
    expect(refusals.length).toBeGreaterThan(80);
    // The path is the caller's own, and says which request it was; credentials do not stand in it.
    const found = refusals.flatMap(({ what, text }) => {
      const pathless = text.replace(/"instance":"[^"]*"/, '');
      return [...findings(what, text, secrets), ...findings(what, pathless, texts)];
    });
    expect(found).toEqual([]);
  });

  test('every table but those that keep it on purpose', async () => {
    const tables = await query(
      postgres.url,
      `SELECT format('%I.%I', schemaname, relname) AS name FROM pg_stat_user_tables ORDER BY 1`,
    );
    const names = tables.map(({ name }) => String(name));
    expect(names).toEqual(
      expect.arrayContaining(['system.tenants', 'system.api_keys', 'system.secrets', 'public.usage_counters']),
    );
    const kept: string[] = [];
    for (const name of names) {
      const rows = await query(postgres.url, `SELECT kept::text AS line FROM ${name} AS kept`);
      const dump = rows.map(({ line }) => String(line)).join('\n');
      const unexpected = everything().filter(([, { keptIn }]) => !keptIn.includes(name));
      expect(findings(name, dump, unexpected)).toEqual([]);
      kept.push(
        ...findings(
          name,
          dump,
          everything().filter(([, { keptIn }]) => keptIn.includes(name)),
        ),
      );
    }
    // Otherwise the search itself would be blind.
    expect(kept).toEqual(
      expect.arrayContaining([
        'TenantName in system.tenants',
        'Install in public.usage_counters',
        'Feature in public.usage_totals',
        'Goal in public.sessions',
        'Goal in public.session_events',
        'Detail in public.actions',
      ]),
    );
  });

  test('what the database shows of its work', async () => {
    const rows = await query(
      postgres.url,
      `SELECT query FROM pg_stat_activity WHERE application_name LIKE 'holdfast%'`,
    );
    expect(findings('statements', JSON.stringify(rows), everything())).toEqual([]);
  });

  test('the log of the database', () => {
    expect(databaseLog.length).toBeGreaterThan(0);
    expect(findings('the log', databaseLog.join('\n'), everything())).toEqual([]);
  });

  test('the files of the database, unless a table keeps it', async () => {
    await query(postgres.url, 'CHECKPOINT');
    const kept = (canaries: Map<string, Canary>) =>
      [...canaries].filter(([what, { keptIn }]) => keptIn.length === 0 && what !== 'DatabasePassword');
    const unkept = [...kept(secrets), ...kept(texts)];
    const found = readdirSync(postgres.location, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .flatMap(({ parentPath, name }) => {
        const bytes = readFileSync(join(parentPath, name));
        return unkept.flatMap(([what, { text }]) => (bytes.includes(text) ? [`${what} in ${name}`] : []));
      });
    expect(found).toEqual([]);
  });

  test('the log and the output of the process, to its end', async () => {
    expect(await app.stop()).toMatchObject({ code: 0 });
    const { stdout, stderr } = app.process;
    const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
    expect(lines.length).toBeGreaterThan(100);
    expect(findings('the output', stdout + stderr, everything())).toEqual([]);
  });
});
