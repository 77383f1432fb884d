import type { AppError } from '../reliability/errors/app-error.js';
import type { ErrorCategory, ErrorCode } from '../reliability/errors/codes.js';

/** An error in the shape that clients of OpenAI's API read. */
export interface OpenAiError {
  error: {
    /** What happened, and where possible what to do about it. */
    message: string;
    /** The family of errors that it belongs to. */
    type: string;
    /** The code of the same error on all other routes: `/problems/<code>` explains it. */
    code: string;
    /** The field of the request that is at fault. */
    param: string | null;
  };
}

/** Header that says how many attempts at providers an answer took; 0 in an error before the first one. */
export const ATTEMPTS_HEADER = 'x-holdfast-attempts';

/** OpenAI's clients wait no longer than this before a retry, whatever `Retry-After` says, milliseconds. */
const LONGEST_CLIENT_WAIT_MS = 60_000;

const TYPE_OF_CATEGORY = {
  validation: 'invalid_request_error',
  auth: 'authentication_error',
  not_found: 'invalid_request_error',
  conflict: 'invalid_request_error',
  rate_limit: 'rate_limit_error',
  upstream: 'server_error',
  overload: 'server_error',
  internal: 'server_error',
} as const satisfies Record<ErrorCategory, string>;

const TYPE_OF_CODE: Partial<Record<ErrorCode, string>> = {
  forbidden: 'permission_error',
  quota_exceeded: 'insufficient_quota',
  content_filtered: 'invalid_request_error',
  context_length_exceeded: 'invalid_request_error',
};

/** Judging by the status alone, OpenAI's clients would repeat every 409, 429 and 5xx, even where that can never succeed. */
export function openAiErrorHeaders({ retryable, retryAfterMs = 0 }: AppError): Record<string, string> {
  return retryable && retryAfterMs <= LONGEST_CLIENT_WAIT_MS ? {} : { 'x-should-retry': 'false' };
}

/** An error of the taxonomy in OpenAI's shape. */
export function toOpenAiError(error: AppError): OpenAiError {
  const [fault] = error.errors ?? [];
  const param = fault === undefined ? null : fault.pointer.slice(1).replaceAll('/', '.');
  const message = fault === undefined ? error.detail : `${param === '' ? 'The body' : param} ${fault.detail}.`;
  const type = TYPE_OF_CODE[error.code] ?? TYPE_OF_CATEGORY[error.category];
  return { error: { message, type, code: error.code, param: param === '' ? null : param } };
}
