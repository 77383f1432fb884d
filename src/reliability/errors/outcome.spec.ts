import { describe, expect, it } from '@jest/globals';
import { ClientGone } from '../deadline/deadline.js';
import { AppError } from './app-error.js';
import type { ErrorCode } from './codes.js';
import { abortReason, outcomeOf } from './outcome.js';

const nodeAbort = (cause?: unknown) =>
  Object.assign(new Error('The operation was aborted', { cause }), { name: 'AbortError', code: 'ABORT_ERR' });

describe('the outcome of a call', () => {
  it('is a success without an error', () => {
    expect(outcomeOf()).toBe('success');
  });

  it.each<[ErrorCode, string]>([
    ['not_found', 'success'],
    ['validation_error', 'success'],
    ['conflict', 'success'],
    ['forbidden', 'success'],
    ['content_filtered', 'success'],
    ['context_length_exceeded', 'success'],
    ['provider_request_failed', 'success'],
    ['rate_limited', 'saturated'],
    ['quota_exceeded', 'saturated'],
    ['overloaded', 'saturated'],
    ['queue_saturated', 'saturated'],
    ['provider_timeout', 'failure'],
    ['provider_unavailable', 'failure'],
    ['provider_invalid_response', 'failure'],
    ['dependency_unavailable', 'failure'],
    ['internal_error', 'failure'],
    ['deadline_exceeded', 'cancelled'],
    ['shutting_down', 'cancelled'],
  ])('that ended with %s is %s', (code, outcome) => {
    expect(outcomeOf(new AppError(code))).toBe(outcome);
  });

  it('is a failure when nobody knows the error', () => {
    for (const unknown of [new TypeError('fetch failed'), 'a string', null, 0])
      expect(outcomeOf(unknown)).toBe('failure');
  });

  it('is cancelled when the client has gone or the work was aborted', () => {
    expect(outcomeOf(new ClientGone())).toBe('cancelled');
    expect(outcomeOf(AbortSignal.abort().reason)).toBe('cancelled');
    expect(outcomeOf(nodeAbort())).toBe('cancelled');
    expect(outcomeOf(nodeAbort(new ClientGone()))).toBe('cancelled');
  });

  it('looks behind an abort: a watchdog that ends a silent call is a failure of the part that was silent', () => {
    expect(outcomeOf(nodeAbort(new AppError('provider_timeout')))).toBe('failure');
    expect(outcomeOf(nodeAbort(nodeAbort(new AppError('provider_timeout'))))).toBe('failure');
  });

  it('is not misled by a timeout of the platform', () => {
    expect(outcomeOf(new DOMException('late', 'TimeoutError'))).toBe('failure');
  });

  it('does not loop on an abort that is its own cause', () => {
    const loop = nodeAbort();
    loop.cause = loop;
    expect(abortReason(loop)).toBe(loop);
  });
});
