import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { OpenApiDocument, Operation, Response } from '../../src/http/pages/openapi-file.js';
import { MAX_JSON_VALUES } from '../../src/http/limits.js';
import { ERROR_CODES, type ErrorCode } from '../../src/reliability/errors/codes.js';
import { composeTestApp, type ComposedApp } from '../support/composed-app.js';

let app: ComposedApp;
let document: OpenApiDocument;
beforeAll(async () => {
  app = await composeTestApp();
  document = (await app.api.get<OpenApiDocument>('/openapi.json', { key: null })).body;
});
afterAll(() => app.close());

/** Pages that stand for nothing but the document itself: their paths are nobody's to call by. */
const UNDOCUMENTED = new Set(['GET /docs/*']);

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ route: `${method.toUpperCase()} ${path}`, operation })),
  );

/** The codes that a response's schema names. */
function codesOf(response: Response | { $ref: string }): string[] {
  const found = '$ref' in response ? document.components.responses[response.$ref.split('/').at(-1) ?? ''] : response;
  const schema = found?.content?.['application/problem+json']?.schema;
  return (schema?.allOf ?? []).flatMap(({ properties }) => properties?.['code']?.enum ?? []) as string[];
}

/** How long the body of a request may be; 0 for a request without one. */
const bytesOf = ({ requestBody }: Operation) => Number(requestBody?.description?.replaceAll(/\D/g, '') ?? 0);

describe('the API document', () => {
  test('lists every route that is served, and no other', () => {
    const served = app.routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    const listed = operations().map(({ route }) => route);
    expect(listed.toSorted()).toEqual([...new Set(served)].filter((route) => !UNDOCUMENTED.has(route)).toSorted());
    expect(listed.length).toBeGreaterThanOrEqual(20);
  });

  test('names the scope that each route needs, as it is enforced', () => {
    const scopes = Object.fromEntries(
      operations().map(({ route, operation }) => [route, operation['x-required-scope'] ?? 'public']),
    );
    for (const { method, path, access } of app.routes) {
      const route = `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`;
      if (!UNDOCUMENTED.has(route)) expect({ route, scope: scopes[route] }).toEqual({ route, scope: access });
    }
  });

  test('tells what counts for a field that is left out', () => {
    const properties = (defaults: Record<string, unknown>) => ({
      properties: Object.fromEntries(Object.entries(defaults).map(([field, value]) => [field, { default: value }])),
    });
    expect(document.components).toMatchObject({
      schemas: {
        CreateBreakdown: properties({ granularity: 3 }),
        CreateSession: properties({ start: true }),
        CouncilRequest: properties({ seats: 5, max_rounds: 4 }),
        CreateClientToken: properties({ ttl_seconds: 3600 }),
      },
    });
  });

  test('tells how a stream is gone on with, and who may follow it that can send no headers', () => {
    const ticketed = operations().filter(({ operation }) => JSON.stringify(operation).includes('{"ticket":[]}'));
    expect(ticketed.map(({ route }) => route)).toEqual(['GET /v1/sessions/{id}/stream']);
    expect(ticketed[0]?.operation).toMatchObject({
      security: [{ bearer: [] }, { ticket: [] }],
      parameters: expect.arrayContaining([{ $ref: '#/components/parameters/LastEventId' }]),
    });
    expect(document.components).toMatchObject({
      securitySchemes: { ticket: { type: 'apiKey', in: 'query', name: 'ticket' } },
      parameters: { LastEventId: { name: 'Last-Event-ID', in: 'header' } },
    });
  });

  test('is a valid document of OpenAPI 3.1', async () => {
    expect(document).toMatchObject({ openapi: expect.stringMatching(/^3\.1\.\d+$/) });
    expect(await new Validator().validate({ ...document })).toMatchObject({ valid: true });
  });

  test('has an id, a summary and a description of its answers for every operation', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { route, operation } of operations()) {
      expect({ route, summary: operation.summary }).toEqual({ route, summary: expect.stringMatching(/\w+ \w+/) });
      const answers = Object.keys(operation.responses);
      expect({ route, answers }).toEqual({ route, answers: expect.arrayContaining(['500', 'default']) });
      expect(answers.some((status) => status.startsWith('2'))).toBe(true);
    }
  });

  test('refers only to what it holds', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path);
    expect(references.length).toBeGreaterThan(100);
    for (const path of new Set(references)) {
      let found: unknown = document;
      for (const part of path.split('/')) found = (found as Record<string, unknown> | undefined)?.[part];
      expect({ path, found: typeof found }).toEqual({ path, found: 'object' });
    }
  });

  test('shuts every body to unknown fields, but those that pass through to a provider', () => {
    const open = new Set(['POST /v1/chat/completions']);
    for (const { route, operation } of operations().filter((one) => !open.has(one.route))) {
      const schema = operation.requestBody?.content['application/json']?.schema;
      if (!schema) continue;
      const name = schema.$ref?.split('/').at(-1) ?? '';
      expect({ route, more: document.components.schemas[name]?.additionalProperties }).toEqual({ route, more: false });
    }
  });

  test('gives problems with a status that is the one of their codes', () => {
    for (const { route, operation } of operations())
      for (const [status, response] of Object.entries(operation.responses))
        for (const code of codesOf(response))
          if (status !== 'default')
            expect({ route, code, status }).toEqual({
              route,
              code,
              status: String(ERROR_CODES[code as ErrorCode].status),
            });
  });

  test('knows every code of the catalogue, and each has its page', async () => {
    const problem = document.components.schemas['Problem'];
    expect(problem?.properties?.['code']?.enum?.toSorted()).toEqual(Object.keys(ERROR_CODES).toSorted());
    for (const code of Object.keys(ERROR_CODES)) {
      const { status, headers, body } = await app.api.get(`/problems/${code}`, {
        key: null,
        headers: { accept: 'text/html' },
      });
      expect({ code, status, type: headers['content-type'] }).toEqual({
        code,
        status: 200,
        type: 'text/html; charset=utf-8',
      });
      expect(body).toContain(code);
    }
    expect((await app.api.get('/problems/no_such_code', { key: null })).status).toBe(404);
  });

  test('names the quota wherever a session may have to take a unit of it', () => {
    for (const path of ['', '/{id}/start', '/{id}/resume', '/{id}/retry']) {
      const codes = Object.values(document.paths[`/v1/sessions${path}`]?.['post']?.responses ?? {}).flatMap(codesOf);
      expect({ path, codes }).toEqual({ path, codes: expect.arrayContaining(['quota_exceeded']) });
    }
  });

  test('tells that a process may want no traffic', () => {
    const codes = Object.values(document.paths['/health/ready']?.['get']?.responses ?? {}).flatMap(codesOf);
    expect(codes).toEqual(expect.arrayContaining(['dependency_unavailable', 'shutting_down']));
  });

  test('names the limit of values wherever a body has room for more', () => {
    // The shortest value and its comma are two bytes.
    const roomy = operations().filter(({ operation }) => bytesOf(operation) > 2 * MAX_JSON_VALUES);
    expect(roomy.map(({ route }) => route)).toEqual(['POST /v1/chat/completions', 'POST /v1/usage/reconcile/batch']);
    for (const { route, operation } of roomy)
      expect({ route, codes: Object.values(operation.responses).flatMap(codesOf) }).toEqual({
        route,
        codes: expect.arrayContaining(['request_too_large']),
      });
  });

  test('has each refusal of a breakdown by its own code', () => {
    const responses = document.paths['/v1/breakdowns']?.['post']?.responses ?? {};
    const codes = Object.values(responses).flatMap(codesOf);
    expect(codes).toEqual(
      expect.arrayContaining([
        'request_too_large',
        'payload_too_large',
        'validation_error',
        'quota_exceeded',
        'install_id_mismatch',
        'deadline_exceeded',
      ]),
    );
  });
});
