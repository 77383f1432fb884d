import { pino, type DestinationStream, type Logger } from 'pino';
import { BufferedOutput } from './buffered-output.js';
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

/** Members that must not be logged. If code logs one all the same, the line shows `[hidden]` in its place. */
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

let stdout: BufferedOutput | undefined;

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
    destination ?? (stdout ??= new BufferedOutput(1)),
  );
}

/** Writes out the buffer synchronously: for the last lines of a process. */
export function flushLogs(): void {
  stdout?.flushSync();
}
