import { Catch, Inject, Injectable, Optional, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { AppError } from './app-error.js';
import { toAppError, type ErrorTranslator } from './to-app-error.js';

/**
 * Writes a problem to the platform's response. It must cope with a response whose head is already sent, and with a
 * client that has gone (`isClientGone(error)`): then there is nothing to write, only to log.
 */
export interface ProblemWriter {
  write(response: unknown, request: unknown, error: AppError): void;
}

/** Injection token of the {@link ProblemWriter}. */
export const PROBLEM_WRITER = Symbol('ProblemWriter');

/** Injection token of `readonly ErrorTranslator[]`, asked in order. */
export const ERROR_TRANSLATORS = Symbol('ErrorTranslators');

/** The one exception filter: everything that a handler, pipe, guard or interceptor throws leaves as a problem. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    @Inject(PROBLEM_WRITER) private readonly writer: ProblemWriter,
    @Optional() @Inject(ERROR_TRANSLATORS) private readonly translators: readonly ErrorTranslator[] = [],
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.writer.write(http.getResponse(), http.getRequest(), toAppError(error, this.translators));
  }
}
