import { HttpException } from '@nestjs/common';
import { ClientGone } from '../deadline/deadline.js';
import { AppError } from './app-error.js';
import type { ErrorCode } from './codes.js';
import { abortReason } from './outcome.js';

/** Recognises the errors of one technology; `undefined` for all others. It must not throw. */
export type ErrorTranslator = (error: unknown) => AppError | undefined;

/** Codes for exceptions of Nest itself: unknown routes, guards that answer false. Our own code throws AppError. */
const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'deadline_exceeded',
  409: 'conflict',
  410: 'gone',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  422: 'validation_error',
  429: 'rate_limited',
  431: 'headers_too_large',
  503: 'overloaded',
  504: 'deadline_exceeded',
};

/**
 * Gives any error its place in the taxonomy. An error that no translator recognises becomes `internal_error`, with the
 * original as cause: for the log, never for the answer.
 */
export function toAppError(error: unknown, translators: readonly ErrorTranslator[] = []): AppError {
  const reason = abortReason(error);
  if (reason instanceof AppError) return reason;
  if (reason instanceof ClientGone)
    return new AppError('deadline_exceeded', { detail: 'The client has gone.', cause: reason });
  for (const translate of translators) {
    const translated = translate(reason);
    if (translated) return translated;
  }
  if (reason instanceof HttpException) return fromHttpException(reason);
  return new AppError('internal_error', { cause: error });
}

/** Whether the client has gone: then no answer can be sent, and the fault is not ours. */
export function isClientGone(error: AppError): boolean {
  return error.cause instanceof ClientGone;
}

/** The exception's own message is not shown: that of an unknown route holds the URL, and a URL can hold a ticket. */
function fromHttpException(exception: HttpException): AppError {
  const status = exception.getStatus();
  const code = CODE_OF_STATUS[status] ?? (status >= 400 && status < 500 ? 'invalid_request' : 'internal_error');
  return new AppError(code, { cause: exception });
}
