import type { LoggerService } from '@nestjs/common';
import { errorRecord } from './error-record.js';
import type { Logger } from './logger.js';

type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** Sends Nest's own messages to our logger. Nest logs its start-up as `log`: that becomes `debug`. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest passes the context, a class name, as the last text. */
  private write(level: Level, message: unknown, rest: readonly unknown[]): void {
    if (!this.logger.isLevelEnabled(level)) return;
    const context = rest.findLast((item) => typeof item === 'string');
    const members = { context };
    if (message instanceof Error) this.logger[level]({ ...members, err: message }, 'error in the framework');
    else if (typeof message === 'string') this.logger[level](members, message);
    else this.logger[level]({ ...members, err: errorRecord(message) }, 'message of the framework');
  }
}
