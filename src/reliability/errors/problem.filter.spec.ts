import { describe, expect, it } from '@jest/globals';
import { BadRequestException, HttpException, NotFoundException, type ArgumentsHost } from '@nestjs/common';
import { ClientGone } from '../deadline/deadline.js';
import { AppError } from './app-error.js';
import { ProblemFilter } from './problem.filter.js';
import { isClientGone, toAppError } from './to-app-error.js';

describe('finding the place of an error', () => {
  it('leaves an AppError as it is, before any translator', () => {
    const error = new AppError('gone');
    expect(toAppError(error, [() => new AppError('conflict')])).toBe(error);
  });

  it('asks the translators in order, and the first that knows it decides', () => {
    const late = new AppError('conflict');
    const translators = [() => undefined, () => late, () => new AppError('gone')];
    expect(toAppError(new Error('23505'), translators)).toBe(late);
  });

  it('calls what nobody knows an internal error, and keeps it for the log alone', () => {
    const unknown = new Error('relation "secrets" does not exist');
    const error = toAppError(unknown, [() => undefined]);
    expect(error.code).toBe('internal_error');
    expect(error.cause).toBe(unknown);
    expect(`${error.message} ${error.detail}`).not.toContain('secrets');
  });

  it.each([
    [400, 'invalid_request'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not_found'],
    [405, 'method_not_allowed'],
    [406, 'invalid_request'],
    [409, 'conflict'],
    [410, 'gone'],
    [413, 'payload_too_large'],
    [415, 'unsupported_media_type'],
    [418, 'invalid_request'],
    [422, 'validation_error'],
    [429, 'rate_limited'],
    [431, 'headers_too_large'],
    [500, 'internal_error'],
    [501, 'internal_error'],
    [503, 'overloaded'],
    [504, 'deadline_exceeded'],
  ])("maps the framework's own status %i to %s", (status, code) => {
    expect(toAppError(new HttpException('x', status)).code).toBe(code);
  });

  it('shows no URL of an unknown route: it can hold a ticket', () => {
    const error = toAppError(new NotFoundException('Cannot GET /v1/x?ticket=s3cret'));
    expect(error.detail).not.toContain('s3cret');
    expect(error.message).not.toContain('s3cret');
  });

  it('lets translators see framework exceptions first', () => {
    const faults = new AppError('validation_error');
    const translate = (error: unknown) => (error instanceof BadRequestException ? faults : undefined);
    expect(toAppError(new BadRequestException(), [translate])).toBe(faults);
  });

  it('looks behind an abort', () => {
    const abort = Object.assign(new Error('aborted', { cause: new AppError('provider_timeout') }), {
      name: 'AbortError',
    });
    expect(toAppError(abort).code).toBe('provider_timeout');
  });

  it('marks a client that has gone, and nothing else', () => {
    expect(isClientGone(toAppError(new ClientGone()))).toBe(true);
    expect(isClientGone(toAppError(new Error('x')))).toBe(false);
    expect(isClientGone(new AppError('deadline_exceeded'))).toBe(false);
  });
});

describe('the exception filter', () => {
  it('hands response, request and the error in its place to the writer', () => {
    const written: unknown[] = [];
    const host = {
      switchToHttp: () => ({ getResponse: () => 'the response', getRequest: () => 'the request' }),
    } as ArgumentsHost;
    const filter = new ProblemFilter({ write: (...all) => void written.push(all) }, [
      () => new AppError('dependency_unavailable'),
    ]);
    filter.catch(new Error('ECONNREFUSED'), host);
    expect(written).toEqual([
      ['the response', 'the request', expect.objectContaining({ code: 'dependency_unavailable' })],
    ]);
  });
});
