import type { AppError, FieldFault } from './app-error.js';
import type { ErrorCategory, ErrorCode } from './codes.js';

/** The body of every error (RFC 9457, plus the members of contract.md). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** The path of the request, without its query: a query can hold a ticket. */
  instance: string;
  code: ErrorCode;
  category: ErrorCategory;
  request_id: string;
  retry_after_ms?: number;
  errors?: readonly FieldFault[];
}

export const PROBLEM_CONTENT_TYPE = 'application/problem+json; charset=utf-8';

/** The problem that stands for an error (RFC 9457). */
export function toProblem(
  error: AppError,
  { baseUrl, instance, requestId }: { baseUrl: string; instance: string; requestId: string },
): Problem {
  return {
    type: `${baseUrl}/problems/${error.code}`,
    title: error.spec.title,
    status: error.status,
    detail: error.detail,
    instance,
    code: error.code,
    category: error.category,
    request_id: requestId,
    ...(error.retryAfterMs === undefined ? {} : { retry_after_ms: error.retryAfterMs }),
    ...(error.errors === undefined ? {} : { errors: error.errors }),
  };
}

/** The headers that go with a problem. `Retry-After` is in whole seconds, rounded up (RFC 9110, section 10.2.3). */
export function problemHeaders(error: AppError): Record<string, string> {
  return {
    'content-type': PROBLEM_CONTENT_TYPE,
    'cache-control': 'no-store',
    ...(error.retryAfterMs === undefined
      ? {}
      : { 'retry-after': String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))) }),
    ...error.headers,
  };
}
