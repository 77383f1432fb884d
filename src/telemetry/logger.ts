import { pino, type DestinationStream, type Logger } from 'pino';
import { errorRecord } from './error-record.js';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Injection token of the process's {@link Logger}. */
export const LOGGER = Symbol('Logger');

export interface LoggerOptions {
  level: LogLevel;
  /** Members of every line, such as version and role. */
  base?: Readonly<Record<string, string | number>>;
  /** Where lines go; standard output when left out. */
  destination?: DestinationStream;
}

/** Lines are written once this many bytes are waiting: a write per request would cost more than the request. */
const BUFFERED_BYTES = 32_768;

/** No line waits longer than this, in milliseconds. */
const FLUSH_EVERY_MS = 200;

/** Members that nobody should log. Whoever does it all the same shows only that they were there. */
const SECRET_MEMBERS = [
  'authorization',
  'api_key',
  'apiKey',
  'token',
  'ticket',
  'secret',
  'password',
  'cookie',
  'headers',
  'body',
  'query',
  'prompt',
  'messages',
  'input_text',
  'req',
  'res',
] as const;

/** A logger that writes one JSON object per line. */
export function createLogger({ level, base = {}, destination }: LoggerOptions): Logger {
  const hidden = Object.fromEntries(SECRET_MEMBERS.map((name) => [name, () => '[hidden]']));
  return pino(
    {
      level,
      base,
      messageKey: 'message',
      formatters: { level: (label) => ({ level: label }) },
      serializers: { ...hidden, err: errorRecord, error: errorRecord },
    },
    destination ?? bufferedStdout(),
  );
}

/** Writes out what waits in the buffer. For the last line before an exit. */
export function flushLogs(logger: Logger): void {
  logger.flush();
}

function bufferedStdout(): DestinationStream {
  const stdout = pino.destination({ dest: 1, sync: false, minLength: BUFFERED_BYTES });
  setInterval(() => stdout.flush(), FLUSH_EVERY_MS).unref();
  process.once('exit', () => stdout.flushSync());
  return stdout;
}
