import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request as open } from 'undici';
import { BOOTSTRAP_KEY } from '../support/app.js';
import { composeTestApp, type ComposedApp } from '../support/composed-app.js';
import { BASE_URL } from '../support/http-app.js';
import { expectOpenAiError, expectProblem } from '../support/problem.js';
import { exchangeRaw, request, type RawResponse } from '../support/raw-http.js';

const PAGE = 'https://app.example';
const OTHER_PAGE = 'https://other.example:8443';
const STRANGER = 'https://stranger.example';

type Headers = Record<string, string>;

interface Ask {
  readonly headers?: Headers;
  readonly body?: string;
  readonly key?: string;
}

/** Sends one request as it is. */
async function ask(app: ComposedApp, line: string, { headers = {}, body = '', key = BOOTSTRAP_KEY }: Ask = {}) {
  const [method = '', path = ''] = line.split(' ');
  const { port, host } = new URL(app.api.baseUrl);
  const response = await exchangeRaw(
    Number(port),
    request(method, path, { host, authorization: `Bearer ${key}`, ...headers }, body),
    { head: method === 'HEAD' },
  );
  if (!response) throw new Error(`${line}: no response`);
  return response;
}

const preflight = (app: ComposedApp, path: string, headers: Headers = {}) =>
  ask(app, `OPTIONS ${path}`, {
    key: '',
    headers: { origin: PAGE, 'access-control-request-method': 'POST', ...headers },
  });

/** What is said to browsers, beside `Vary`. */
const saidToPages = ({ headers }: { headers: Readonly<Record<string, unknown>> }) =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'));

const words = (response: RawResponse, header: string) => response.headers[header]?.split(', ') ?? [];

/** Answers of every kind: of services, of guards, of parsers, of nobody. */
const LINES: readonly [line: string, status: number, ask?: Ask][] = [
  ['GET /v1/me', 200],
  ['HEAD /v1/me', 200],
  ['POST /v1/breakdowns', 200, { body: '{"input_text":"Plan a party"}' }],
  ['POST /v1/sessions', 201, { body: '{"goal":"Plan a party for many","start":false}' }],
  ['POST /v1/chat/completions', 200, { body: '{"model":"auto","messages":[{"role":"user","content":"Plan"}]}' }],
  ['GET /v1/me', 401, { key: 'nobody' }],
  ['GET /v1/sessions/ses_unknown', 404],
  ['GET /v1/nowhere', 404],
  ['GET /v1/%zz', 400],
  ['PUT /v1/me', 405],
  ['PUT /v1/chat/completions', 405],
  ['POST /v1/breakdowns', 400, { body: '{' }],
  ['POST /v1/breakdowns', 422, { body: '{"input_text":1}' }],
  ['POST /v1/breakdowns', 415, { body: 'x', headers: { 'content-type': 'text/plain' } }],
  ['POST /v1/breakdowns', 413, { body: `"${'x'.repeat(70_000)}"` }],
  ['GET /v1/me', 400, { headers: { 'x-deadline-ms': 'soon' } }],
];

describe('without a setting', () => {
  let app: ComposedApp;
  beforeAll(async () => void (app = await composeTestApp()));
  afterAll(() => app.close());

  it.each(LINES)('any page may read the answer to %s (%i)', async (line, status, more = {}) => {
    for (const origin of [PAGE, 'null', 'capacitor://localhost', `${app.api.baseUrl}0`]) {
      const response = await ask(app, line, { ...more, headers: { ...more.headers, origin } });
      expect(response.status).toBe(status);
      expect(response.headers).toMatchObject({ 'access-control-allow-origin': '*' });
      expect(response.headers).not.toHaveProperty('vary');
      expect(response.headers).not.toHaveProperty('access-control-allow-credentials');
      expect(words(response, 'access-control-expose-headers')).toEqual(
        expect.arrayContaining([
          'x-request-id',
          'retry-after',
          'location',
          'x-holdfast-attempts',
          'idempotent-replayed',
        ]),
      );
    }
  });

  it.each(LINES)('who is no page of another origin notices nothing at %s (%i)', async (line, status, more = {}) => {
    const { host } = new URL(app.api.baseUrl);
    for (const headers of [{}, { origin: app.api.baseUrl }, { origin: `https://${host}` }]) {
      const response = await ask(app, line, { ...more, headers: { ...more.headers, ...headers } });
      expect(response.status).toBe(status);
      expect(saidToPages(response)).toEqual([]);
      expect(response.headers).not.toHaveProperty('vary');
    }
  });

  it.each(['/health', '/health/live', '/metrics', '/docs', '/openapi.json', '/nowhere', '/v1'])(
    'does not concern %s',
    async (path) => {
      expect(saidToPages(await ask(app, `GET ${path}`, { headers: { origin: PAGE } }))).toEqual([]);
      expect([404, 405]).toContain((await preflight(app, path)).status);
    },
  );

  it('streams say it as well', async () => {
    const { body } = await app.api.post<{ id: string }>('/v1/sessions', {
      goal: 'Plan a party for many',
      start: false,
    });
    const chat = JSON.stringify({ model: 'auto', stream: true, messages: [{ role: 'user', content: 'Plan' }] });
    const headers = { authorization: `Bearer ${BOOTSTRAP_KEY}`, origin: PAGE };
    const streams = [
      await open(`${app.api.baseUrl}/v1/sessions/${body.id}/stream`, { headers }),
      await open(`${app.api.baseUrl}/v1/chat/completions`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: chat,
      }),
    ];
    for (const stream of streams) {
      expect(stream.headers['content-type']).toMatch(/^text\/event-stream/);
      expect(stream.headers['access-control-allow-origin']).toBe('*');
      stream.body.on('error', () => undefined).destroy();
    }
  });

  it('so does the end of a request that is no HTTP any more', async () => {
    const { host, port } = new URL(app.api.baseUrl);
    const head = { host, authorization: `Bearer ${BOOTSTRAP_KEY}`, origin: PAGE, 'content-type': 'application/json' };
    const bytes = request('POST', '/v1/breakdowns', { ...head, 'transfer-encoding': 'chunked' });
    const response = await exchangeRaw(Number(port), Buffer.concat([bytes, Buffer.from('no size\r\n')]));
    expect(response?.headers).toMatchObject({ 'access-control-allow-origin': '*' });
    expectProblem(response, 'invalid_request');
  });

  it('a preflight needs no credentials, and tells methods, headers and for how long', async () => {
    const response = await preflight(app, '/v1/breakdowns');
    expect(response).toMatchObject({ status: 204, body: '' });
    expect(response.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'POST',
      'access-control-max-age': expect.stringMatching(/^\d+$/),
      'x-request-id': expect.any(String),
    });
    expect(response.headers).not.toHaveProperty('content-length');
    expect(words(response, 'access-control-allow-headers')).toEqual([
      'authorization',
      'content-type',
      'idempotency-key',
      'last-event-id',
      'x-deadline-ms',
      'x-request-id',
      'traceparent',
    ]);
  });

  it.each([
    ['/v1/actions/act_1', 'GET, HEAD, PATCH'],
    ['/v1/sessions/ses_1/stream', 'GET'],
    ['/v1/quotas/chat', 'PUT'],
    ['/v1/chat/completions', 'POST'],
    ['/v1/usage?period=2026-11', 'GET, HEAD'],
  ])('a preflight for %s is told %s', async (path, methods) => {
    const response = await preflight(app, path);
    expect([response.status, response.headers['access-control-allow-methods']]).toEqual([204, methods]);
  });

  it('other headers may be sent by who asks to, once each; what is no name of a header is not repeated', async () => {
    const asked = 'X-Stainless-Lang,authorization, x-stainless-lang , b@d, two words,,"quoted",X-Own';
    const response = await preflight(app, '/v1/chat/completions', { 'access-control-request-headers': asked });
    expect(words(response, 'access-control-allow-headers').slice(-2)).toEqual(['x-stainless-lang', 'x-own']);
    expect(words(response, 'access-control-allow-headers')).toHaveLength(9);
  });

  it('a preflight for what is not there is 404, and OPTIONS that is none 405', async () => {
    expectProblem(await preflight(app, '/v1/nowhere'), 'not_found');
    expectProblem(await ask(app, 'OPTIONS /v1/me', { headers: { origin: PAGE } }), 'method_not_allowed');
    expectProblem(
      await ask(app, 'OPTIONS /v1/me', { headers: { 'access-control-request-method': 'GET' } }),
      'method_not_allowed',
    );
  });
});

describe('where origins are listed', () => {
  let app: ComposedApp;
  beforeAll(async () => {
    app = await composeTestApp({ env: { HOLDFAST_ALLOWED_ORIGINS: `${PAGE},${OTHER_PAGE}` } });
  });
  afterAll(() => app.close());

  it.each(LINES)('their pages may read the answer to %s (%i)', async (line, status, more = {}) => {
    for (const origin of [PAGE, OTHER_PAGE]) {
      const response = await ask(app, line, { ...more, headers: { ...more.headers, origin } });
      expect(response.status).toBe(status);
      expect(response.headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'Origin' });
    }
  });

  it.each(LINES)('no other page is answered at %s (not %i)', async (line, status, more = {}) => {
    const strangers = [STRANGER, 'null', '', `${PAGE}.evil.example`, `${PAGE}:444`, 'http://app.example', '*'];
    for (const origin of strangers) {
      const response = await ask(app, line, { ...more, headers: { ...more.headers, origin } });
      // What cannot be read as a request has no origin to speak of.
      expect(response.status).toBe(line.includes('%zz') ? status : 403);
      expect(saidToPages(response)).toEqual([]);
      expect(response.headers['vary']).toBe('Origin');
    }
  });

  it('they are refused before credentials and body are looked at, in the shape of the route', async () => {
    const headers = { origin: STRANGER };
    expectProblem(await ask(app, 'POST /v1/breakdowns', { headers, body: '{', key: 'nobody' }), 'origin_forbidden');
    expectProblem(await preflight(app, '/v1/breakdowns', headers), 'origin_forbidden');
    expectProblem(await preflight(app, '/v1/nowhere', headers), 'origin_forbidden');
    expectOpenAiError(await ask(app, 'POST /v1/chat/completions', { headers, body: '{' }), 'origin_forbidden');
    expectOpenAiError(await preflight(app, '/v1/chat/completions', headers), 'origin_forbidden');
    expectProblem(await ask(app, 'GET /v1/sessions/ses_1/stream?ticket=x', { headers }), 'origin_forbidden');
  });

  it('a refused request does nothing', async () => {
    const sessions = () => app.api.get<{ data: unknown[] }>('/v1/sessions?limit=200');
    const before = (await sessions()).body.data.length;
    await ask(app, 'POST /v1/sessions', { headers: { origin: STRANGER }, body: '{"goal":"Plan a party for many"}' });
    expect((await sessions()).body.data).toHaveLength(before);
  });

  it('a preflight is answered to them alone', async () => {
    for (const origin of [PAGE, OTHER_PAGE])
      expect(await preflight(app, '/v1/breakdowns', { origin })).toMatchObject({
        status: 204,
        headers: { 'access-control-allow-origin': origin, vary: 'Origin' },
      });
  });

  it('our own pages, by BASE_URL or by Host, and those who are no page need not be listed', async () => {
    for (const [origin, host] of [
      [BASE_URL, 'internal:3000'],
      ['http://127.0.0.1:9', '127.0.0.1:9'],
      ['https://front.example', 'FRONT.example'],
    ] as const) {
      const response = await ask(app, 'GET /v1/me', { headers: { host, origin } });
      expect(response.status).toBe(200);
      expect(saidToPages(response)).toEqual([]);
    }
    expect((await ask(app, 'GET /v1/me')).status).toBe(200);
  });

  it('probes are not asked where they come from', async () => {
    expect((await ask(app, 'GET /health/ready', { headers: { origin: STRANGER } })).status).toBe(200);
    expect((await ask(app, 'GET /metrics', { headers: { origin: STRANGER } })).status).toBe(200);
  });
});

describe('where nobody is listed', () => {
  let app: ComposedApp;
  beforeAll(async () => void (app = await composeTestApp({ env: { HOLDFAST_ALLOWED_ORIGINS: '' } })));
  afterAll(() => app.close());

  it('pages of other origins are refused, and all others served', async () => {
    expectProblem(await ask(app, 'GET /v1/me', { headers: { origin: PAGE } }), 'origin_forbidden');
    expectProblem(await preflight(app, '/v1/me'), 'origin_forbidden');
    for (const headers of [{}, { origin: app.api.baseUrl }])
      expect((await ask(app, 'GET /v1/me', { headers })).status).toBe(200);
  });
});
