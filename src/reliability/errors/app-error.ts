import { ERROR_CODES, type ErrorCategory, type ErrorCode, type ErrorSpec } from './codes.js';

/** One fault of one field; `pointer` is a JSON Pointer into the body (RFC 6901). */
export interface FieldFault {
  pointer: string;
  detail: string;
}

export interface AppErrorOptions {
  /** One sentence about this occurrence, safe to show: no stack, SQL, key or user text. */
  detail?: string;
  /** How long the caller should wait, in milliseconds. Every 429 and 503 gets one; see {@link DEFAULT_RETRY_AFTER_MS}. */
  retryAfterMs?: number;
  errors?: readonly FieldFault[];
  /** Extra response headers, such as `Allow`. */
  headers?: Readonly<Record<string, string>>;
  /** The original error: logged by type and code, never shown. */
  cause?: unknown;
}

/** The wait that a 429 or 503 states when its source states none, in milliseconds. */
export const DEFAULT_RETRY_AFTER_MS = 1000;

/** A failure with a place in the taxonomy: the only kind of error that a service may let out. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly detail: string;
  /** How long the answer asks the caller to wait, in whole milliseconds. */
  readonly retryAfterMs: number | undefined;
  /**
   * How long the source of the failure itself asked to wait, in whole milliseconds. Our own retries honour only this one:
   * the default that clients are told would slow them down for no reason.
   */
  readonly statedRetryAfterMs: number | undefined;
  readonly errors: readonly FieldFault[] | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;

  constructor(
    readonly code: ErrorCode,
    options: AppErrorOptions = {},
  ) {
    const spec = ERROR_CODES[code];
    super(options.detail ?? spec.title, options.cause === undefined ? undefined : { cause: options.cause });
    this.detail = options.detail ?? spec.remedy;
    this.statedRetryAfterMs = wholeMs(options.retryAfterMs);
    this.retryAfterMs =
      this.statedRetryAfterMs ?? (spec.status === 429 || spec.status === 503 ? DEFAULT_RETRY_AFTER_MS : undefined);
    this.errors = options.errors;
    this.headers = options.headers;
  }

  get spec(): ErrorSpec {
    return ERROR_CODES[this.code];
  }

  get status(): number {
    return this.spec.status;
  }

  get category(): ErrorCategory {
    return this.spec.category;
  }

  /** Whether the same call may succeed later, unchanged. */
  get retryable(): boolean {
    return this.spec.retryable;
  }
}

/** Clocks give fractions, and arithmetic may give NaN or Infinity, which neither JSON nor a header can carry. */
function wholeMs(value: number | undefined): number | undefined {
  return value === undefined || !Number.isFinite(value) ? undefined : Math.max(0, Math.ceil(value));
}

/** Whether it is an error of the taxonomy; with a code, whether it is that one. */
export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}
