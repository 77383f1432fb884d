/** The families of failure that a client can tell apart (contract.md, "Errors"). */
export type ErrorCategory =
  'validation' | 'auth' | 'not_found' | 'conflict' | 'rate_limit' | 'upstream' | 'overload' | 'internal';

/** How loud a failure is in the logs. A client's mistake is no operator's alarm. */
export type ErrorLogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface ErrorSpec {
  /** HTTP status. */
  status: number;
  category: ErrorCategory;
  /** Short and the same for every occurrence (RFC 9457, section 3.1.3). */
  title: string;
  /** What the caller should do about it: shown on `/problems/<code>`. */
  remedy: string;
  /** Whether the same request may succeed later without being changed. */
  retryable: boolean;
  logLevel: ErrorLogLevel;
}

const clientFault = (status: number, category: ErrorCategory, title: string, remedy: string) =>
  ({ status, category, title, remedy, retryable: false, logLevel: 'info' }) as const satisfies ErrorSpec;

const passing = (status: number, category: ErrorCategory, title: string, remedy: string, logLevel: ErrorLogLevel) =>
  ({ status, category, title, remedy, retryable: true, logLevel }) as const satisfies ErrorSpec;

/** Every code that can leave the process. Adding one is a change of the contract. */
export const ERROR_CODES = {
  invalid_json: clientFault(
    400,
    'validation',
    'The body is not JSON',
    'Send one JSON value, encoded as UTF-8, with each field named once.',
  ),
  invalid_request: clientFault(
    400,
    'validation',
    'The request cannot be read',
    'Check the URL, the headers and how deeply the body is nested (32 levels at most).',
  ),
  invalid_cursor: clientFault(
    400,
    'validation',
    'The cursor is not valid here',
    'Use a cursor as it was given, with the same filters, or start without one.',
  ),
  validation_error: clientFault(
    422,
    'validation',
    'A field is not valid',
    'Correct the fields that `errors` points to.',
  ),
  unsupported_media_type: clientFault(
    415,
    'validation',
    'The media type is not supported',
    'Send the body as `application/json`.',
  ),
  payload_too_large: clientFault(
    413,
    'validation',
    'The body is too large',
    'Send fewer bytes; the limit of the route is in the API document.',
  ),
  request_too_large: clientFault(
    413,
    'validation',
    'The request asks for too much at once',
    'Shorten the text, or split it over several requests.',
  ),
  headers_too_large: clientFault(431, 'validation', 'The headers are too large', 'Send less than 16 KiB of headers.'),
  method_not_allowed: clientFault(
    405,
    'validation',
    'The method is not allowed here',
    'Use one of the methods in the `Allow` header.',
  ),
  unauthorized: clientFault(
    401,
    'auth',
    'Valid credentials are required',
    'Send `Authorization: Bearer <API key or client token>` with credentials that are neither expired nor revoked.',
  ),
  forbidden: clientFault(
    403,
    'auth',
    'The credentials do not allow this',
    'Use credentials with the scope that this route needs.',
  ),
  install_id_mismatch: clientFault(
    403,
    'auth',
    'The client token is for another install',
    'Leave `install_id` out, or send the one that the client token was made for.',
  ),
  origin_forbidden: clientFault(
    403,
    'auth',
    'The origin is not allowed',
    'Call from an origin that the operator has allowed.',
  ),
  not_found: clientFault(404, 'not_found', 'Not found', 'Check the path and the id.'),
  gone: clientFault(410, 'not_found', 'No longer available', 'It cannot be brought back; create a new one.'),
  conflict: clientFault(
    409,
    'conflict',
    'The request conflicts with the current state',
    'Read the current state, then decide.',
  ),
  idempotency_in_flight: passing(
    409,
    'conflict',
    'The same request is still being processed',
    'Wait, then send the request again with the same key.',
    'info',
  ),
  idempotency_mismatch: clientFault(
    422,
    'conflict',
    'The Idempotency-Key was used for another request',
    'Use a new Idempotency-Key for a new request.',
  ),
  invalid_transition: clientFault(
    409,
    'conflict',
    'The state does not allow this step',
    'Read the current state; `detail` names the steps that it allows.',
  ),
  not_completed: clientFault(409, 'conflict', 'Not completed yet', 'Wait until it has completed.'),
  rate_limited: passing(
    429,
    'rate_limit',
    'Too many requests',
    'Wait for `Retry-After`, then go on more slowly.',
    'info',
  ),
  quota_exceeded: passing(
    429,
    'rate_limit',
    'The quota is used up',
    'Wait for the next period, or have the quota raised.',
    'info',
  ),
  provider_timeout: passing(504, 'upstream', 'The model provider did not answer in time', 'Try again later.', 'warn'),
  provider_unavailable: passing(
    503,
    'upstream',
    'No model provider can be reached',
    'Try again after `Retry-After`.',
    'warn',
  ),
  provider_invalid_response: passing(
    502,
    'upstream',
    'The model provider gave an unusable answer',
    'Try again later.',
    'warn',
  ),
  provider_request_failed: {
    ...clientFault(
      502,
      'upstream',
      'The model provider refused the request',
      'Check the request; an operator can check the provider’s configuration.',
    ),
    logLevel: 'warn',
  },
  content_filtered: clientFault(422, 'upstream', 'The model provider refused the content', 'Change the content.'),
  context_length_exceeded: clientFault(
    422,
    'upstream',
    'The text is too long for the model',
    'Shorten the text, or choose a model with a larger context.',
  ),
  overloaded: passing(503, 'overload', 'The server is at its limit', 'Try again after `Retry-After`.', 'warn'),
  queue_saturated: passing(503, 'overload', 'The queue is full', 'Try again after `Retry-After`.', 'warn'),
  dependency_unavailable: passing(
    503,
    'overload',
    'A required service is not available',
    'Try again after `Retry-After`.',
    'error',
  ),
  shutting_down: passing(
    503,
    'overload',
    'The server is shutting down',
    'Try again: another instance will answer.',
    'info',
  ),
  deadline_exceeded: passing(
    504,
    'overload',
    'The deadline has passed',
    'Allow more time with `X-Deadline-Ms`, or try again later.',
    'warn',
  ),
  internal_error: {
    ...passing(
      500,
      'internal',
      'Something went wrong on our side',
      'Try again; if it persists, report the `request_id`.',
      'error',
    ),
    retryable: false,
  },
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Whether the catalogue has such a code. */
export function isErrorCode(value: string): value is ErrorCode {
  return Object.hasOwn(ERROR_CODES, value);
}
