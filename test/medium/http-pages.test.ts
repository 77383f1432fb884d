import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { OpenApiDocument } from '../../src/http/pages/openapi-file.js';
import { ERROR_CODES } from '../../src/reliability/errors/codes.js';
import { startToyApp, type ToyApp } from '../support/http-app.js';
import { assertMatchesContract } from '../support/openapi-check.js';
import { expectProblem } from '../support/problem.js';
import { exchangeRaw, request, type RawResponse } from '../support/raw-http.js';

let toy: ToyApp;
beforeAll(async () => void (toy = await startToyApp()));
afterAll(() => toy.app.close());

async function get(path: string, accept = '*/*'): Promise<RawResponse> {
  const response = await exchangeRaw(toy.port, request('GET', path, { accept, authorization: '' }));
  if (!response) throw new Error('no response');
  assertMatchesContract({ method: 'GET', url: path, contentType: response.headers['content-type'], ...response });
  return response;
}

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

describe('pages', () => {
  test('every code has a page that says what to do, and the same as JSON', async () => {
    for (const [code, { remedy, title }] of Object.entries(ERROR_CODES)) {
      const page = await get(`/problems/${code}`, BROWSER);
      expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(page.body).toContain(`<title>${title}</title>`);
      expect(JSON.parse((await get(`/problems/${code}`, 'application/json')).body)).toMatchObject({ code, remedy });
    }
  });

  test('there is no page for anything else', async () => {
    expectProblem(await get('/problems/nonsense', BROWSER), 'not_found');
    expectProblem(await get('/problems/toString'), 'not_found');
    expectProblem(await get('/problems/%3Cscript%3E'), 'not_found');
  });

  test('the index is JSON, or a page for browsers', async () => {
    expect(JSON.parse((await get('/')).body)).toMatchObject({
      name: 'Holdfast',
      documentation: 'http://holdfast.test/docs',
    });
    expect((await get('/', BROWSER)).body).toContain('href="/docs"');
  });

  test('the documentation shows every operation and needs nothing from anywhere', async () => {
    const document = JSON.parse((await get('/openapi.json')).body) as OpenApiDocument;
    const docs = await get('/docs');
    for (const [path, methods] of Object.entries(document.paths))
      for (const method of Object.keys(methods))
        expect(docs.body).toMatch(
          new RegExp(`${method.toUpperCase()}</span>\\s*<code>${path.replaceAll(/[{}.]/g, '\\$&')}</code>`),
        );
    expect(docs.body).not.toMatch(/<script|<link|<img|@import|url\(|src=/);
    const [, style = ''] = /<style>([^]*?)<\/style>/.exec(docs.body) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(docs.headers['content-security-policy']).toContain("default-src 'none'");
    expect(docs.headers['content-security-policy']).toContain(`style-src 'sha256-${hash}'`);
    expect(docs.headers['x-content-type-options']).toBe('nosniff');
    for (const [, target] of docs.body.matchAll(/href="#([^"]+)"/g)) expect(docs.body).toContain(`id="${target}"`);
  });

  test('metrics are text that Prometheus reads', async () => {
    const { headers, body } = await get('/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const line of body.split('\n'))
      expect(line).toMatch(/^(?:# (?:HELP|TYPE) .+|[a-z0-9_]+(?:\{[^{}]*\})? [-+0-9.eEnNaIif]+|)$/);
  });

  test('a problem is what the document says', async () => {
    await get('/nowhere');
    expect(() =>
      assertMatchesContract({
        method: 'GET',
        url: '/',
        status: 200,
        contentType: 'application/json',
        body: '{"name":1}',
      }),
    ).toThrow('GET /');
    expect(() =>
      assertMatchesContract({ method: 'GET', url: '/nowhere', status: 200, contentType: undefined, body: '' }),
    ).toThrow('GET /');
  });
});
