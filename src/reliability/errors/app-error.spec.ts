import { describe, expect, it } from '@jest/globals';
import { AppError, DEFAULT_RETRY_AFTER_MS, isAppError } from './app-error.js';
import { ERROR_CODES, isErrorCode, type ErrorCode } from './codes.js';
import { problemHeaders, toProblem } from './problem.js';

const codes = Object.keys(ERROR_CODES).filter(isErrorCode);
const place = { baseUrl: 'https://api.example', instance: '/v1/things', requestId: 'req_1' };

describe('the code catalogue', () => {
  it('gives each code a status that suits its category', () => {
    const allowed: Record<string, readonly number[]> = {
      validation: [400, 405, 413, 415, 422, 431],
      auth: [401, 403],
      not_found: [404, 410],
      conflict: [409, 422],
      rate_limit: [429],
      upstream: [422, 502, 503, 504],
      overload: [503, 504],
      internal: [500],
    };
    for (const code of codes) expect(allowed[ERROR_CODES[code].category]).toContain(ERROR_CODES[code].status);
  });

  it('knows its own codes and not what every object inherits', () => {
    expect(isErrorCode('overloaded')).toBe(true);
    expect(isErrorCode('toString')).toBe(false);
  });
});

describe('an AppError', () => {
  it.each(codes.filter((code) => [429, 503].includes(ERROR_CODES[code].status)))(
    'of code %s always tells what to wait',
    (code) => {
      expect(new AppError(code).retryAfterMs).toBe(DEFAULT_RETRY_AFTER_MS);
      expect(problemHeaders(new AppError(code))['retry-after']).toBe('1');
    },
  );

  it('tells apart what its source asked to wait from the default that a client is told', () => {
    expect(new AppError('overloaded').statedRetryAfterMs).toBeUndefined();
    expect(new AppError('overloaded', { retryAfterMs: 250 }).statedRetryAfterMs).toBe(250);
  });

  it('keeps a wait to what JSON and a header can carry', () => {
    expect(new AppError('overloaded', { retryAfterMs: 12.3 }).retryAfterMs).toBe(13);
    expect(new AppError('overloaded', { retryAfterMs: -5 }).retryAfterMs).toBe(0);
    for (const broken of [NaN, Infinity])
      expect(new AppError('overloaded', { retryAfterMs: broken }).retryAfterMs).toBe(DEFAULT_RETRY_AFTER_MS);
  });

  it('keeps the original error as its cause', () => {
    const cause = new Error('ECONNREFUSED 10.0.0.7:5432');
    expect(new AppError('dependency_unavailable', { cause }).cause).toBe(cause);
    expect('cause' in new AppError('dependency_unavailable')).toBe(false);
  });

  it('is told from other errors, and by its code', () => {
    const error: unknown = new AppError('gone');
    expect(isAppError(error)).toBe(true);
    expect(isAppError(error, 'gone')).toBe(true);
    expect(isAppError(error, 'conflict')).toBe(false);
    expect(isAppError(Object.assign(new Error(), { code: 'gone' }))).toBe(false);
  });
});

describe('a problem', () => {
  it.each(codes)('of code %s says what the contract asks, and nothing of the cause', (code: ErrorCode) => {
    const error = new AppError(code, { cause: new Error('password=hunter2') });
    const problem = toProblem(error, place);
    expect(problem).toMatchObject({
      type: `https://api.example/problems/${code}`,
      title: ERROR_CODES[code].title,
      status: ERROR_CODES[code].status,
      code,
      category: ERROR_CODES[code].category,
      instance: '/v1/things',
      request_id: 'req_1',
    });
    expect(problem.detail.length).toBeGreaterThan(0);
    expect(JSON.stringify(problem)).not.toContain('hunter2');
  });

  it('carries field faults and its own headers', () => {
    const errors = [{ pointer: '/items/0', detail: 'must be a string' }];
    expect(toProblem(new AppError('validation_error', { errors }), place).errors).toEqual(errors);
    expect(problemHeaders(new AppError('method_not_allowed', { headers: { allow: 'GET' } }))).toMatchObject({
      allow: 'GET',
      'cache-control': 'no-store',
      'content-type': 'application/problem+json; charset=utf-8',
    });
  });

  it('leaves out what it has not', () => {
    const problem = toProblem(new AppError('not_found'), place);
    expect(Object.keys(problem)).not.toContain('retry_after_ms');
    expect(Object.keys(problem)).not.toContain('errors');
    expect(problemHeaders(new AppError('not_found'))).not.toHaveProperty('retry-after');
  });

  it('rounds what to wait up to whole seconds, one at least', () => {
    const wait = (retryAfterMs: number) => problemHeaders(new AppError('overloaded', { retryAfterMs }))['retry-after'];
    expect([0, 1, 1000, 1001, 59_001].map(wait)).toEqual(['1', '1', '1', '2', '60']);
  });
});
