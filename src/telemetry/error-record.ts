import { AppError } from '../reliability/errors/app-error.js';

/** What a log line says about an error: never text that may come from a caller, a row or a prompt. */
export interface ErrorRecord {
  type: string;
  code?: string;
  message?: string;
  /** The frames alone: the first line of a stack repeats the message. */
  stack?: string;
  cause?: ErrorRecord;
  /** Names, never values: where in the database it happened. */
  table?: string;
  constraint?: string;
}

/**
 * Errors whose messages are written by us or by the engine about the program itself. All others may quote data: Postgres
 * quotes values, JSON.parse quotes the text.
 */
const SAFE_MESSAGES = new Set(['AppError', 'StartupFault', 'TypeError', 'ReferenceError', 'RangeError']);

const CAUSES_FOLLOWED = 4;

/** Describes an error by type, code, frames and causes. */
export function errorRecord(error: unknown, depth = 0): ErrorRecord {
  if (!(error instanceof Error)) return { type: error === null ? 'null' : typeof error };
  const record: ErrorRecord = { type: error.name };
  const code = textMember(error, 'code');
  if (code !== undefined) record.code = code;
  if (SAFE_MESSAGES.has(error.name)) record.message = error.message;
  const frames = framesOf(error);
  // The code of our own refusal says where it comes from; frames are for unforeseen errors.
  if (frames !== '' && !(error instanceof AppError && error.cause !== undefined)) record.stack = frames;
  for (const name of ['table', 'constraint'] as const) {
    const value = textMember(error, name);
    if (value !== undefined) record[name] = value;
  }
  // TypeORM keeps what the driver threw, with its SQLSTATE, in a member of its own.
  const cause: unknown = error.cause ?? ('driverError' in error ? error.driverError : undefined);
  if (cause !== undefined && cause !== error && depth < CAUSES_FOLLOWED) record.cause = errorRecord(cause, depth + 1);
  return record;
}

function textMember(error: Error, name: string): string | undefined {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' && value.length <= 100 ? value : undefined;
}

function framesOf(error: Error): string {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim())
    .join('\n');
}
