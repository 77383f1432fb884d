import { expect } from '@jest/globals';
import { ERROR_CODES, type ErrorCode } from '../../src/reliability/errors/codes.js';
import type { OpenAiError } from '../../src/http/openai-error.js';
import type { Problem } from '../../src/reliability/errors/problem.js';
import type { RawResponse } from './raw-http.js';

/** Expects the response to be the contract's problem with this code, and returns it. */
export function expectProblem(response: RawResponse | undefined, code: ErrorCode): Problem {
  if (!response) throw new Error(`the connection ended without a response; expected ${code}`);
  const problem = JSON.parse(response.body) as Problem;
  const { status, category, title } = ERROR_CODES[code];
  expect(problem).toMatchObject({ code, status, category, title });
  expect(response.status).toBe(status);
  expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(response.headers['x-request-id']).toBe(problem.request_id);
  expect(problem.request_id).toMatch(/^[A-Za-z0-9._-]{1,128}$/);
  expect(problem.type).toMatch(new RegExp(`^https?://.+/problems/${code}$`));
  expect(problem.instance).toMatch(/^[!-~]+$/);
  expect(problem.detail).not.toBe('');
  if (status === 429 || status === 503) {
    expect(Number(response.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(problem.retry_after_ms).toBeGreaterThan(0);
  }
  expect(Object.keys(problem).sort()).toEqual(
    [
      ...MEMBERS,
      ...(problem.retry_after_ms === undefined ? [] : ['retry_after_ms']),
      ...(problem.errors ? ['errors'] : []),
    ].sort(),
  );
  return problem;
}

/** Expects the response to be an error with this code in the shape of OpenAI's API. */
export function expectOpenAiError({ status, headers, body }: RawResponse, code: ErrorCode): void {
  const { error } = JSON.parse(body) as OpenAiError;
  expect(error.param === null || error.param !== '').toBe(true);
  expect(JSON.parse(body)).toEqual({
    error: { message: expect.stringMatching(/./), type: expect.stringMatching(/^\w+$/), code, param: error.param },
  });
  expect(status).toBe(ERROR_CODES[code].status);
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  expect(headers['x-request-id']).toMatch(/^[A-Za-z0-9._-]{1,128}$/);
  if (status === 429 || status === 503) expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
  expect(headers['x-holdfast-attempts']).toMatch(/^\d+$/);
  // OpenAI's clients repeat what they should not, unless they are told.
  const isHopeless = !ERROR_CODES[code].retryable || Number(headers['retry-after'] ?? 0) > 60;
  expect(headers['x-should-retry']).toBe(isHopeless ? 'false' : undefined);
}

const MEMBERS = ['type', 'title', 'status', 'detail', 'instance', 'code', 'category', 'request_id'];
