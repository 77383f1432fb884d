import { AppError, type AppErrorOptions } from '../reliability/errors/app-error.js';
import type { ErrorCode } from '../reliability/errors/codes.js';

/** Why the database failed, as far as a caller can act on it. */
export type DatabaseFault =
  /** The transaction lost against another one: a fresh one may win. */
  | 'serialization'
  /** A lock did not come free in time. */
  | 'lock_timeout'
  /** The statement ran past its limit: it would again. */
  | 'statement_timeout'
  /** The server cannot be reached, went away, or has no room for us. */
  | 'unavailable'
  | 'unique'
  | 'foreign_key'
  /** Text that Postgres cannot store. */
  | 'bad_text'
  /** Our own mistake: SQL, privileges, a broken rule. */
  | 'defect';

const CODE_OF = {
  serialization: 'overloaded',
  lock_timeout: 'overloaded',
  statement_timeout: 'dependency_unavailable',
  unavailable: 'dependency_unavailable',
  unique: 'conflict',
  foreign_key: 'conflict',
  bad_text: 'validation_error',
  defect: 'internal_error',
} as const satisfies Record<DatabaseFault, ErrorCode>;

/** A failure of the database in the taxonomy. Its detail never holds SQL, a value or a driver's message. */
export class DatabaseError extends AppError {
  constructor(
    readonly fault: DatabaseFault,
    options: AppErrorOptions & { sqlState?: string | undefined } = {},
  ) {
    super(CODE_OF[fault], options);
    this.sqlState = options.sqlState;
  }

  readonly sqlState: string | undefined;

  /** A statement that timed out would time out again: never retried. */
  override get retryable(): boolean {
    return this.fault === 'unavailable' || this.fault === 'serialization' || this.fault === 'lock_timeout';
  }
}

const FAULT_OF_SQLSTATE: Readonly<Record<string, DatabaseFault>> = {
  '40001': 'serialization',
  '40P01': 'serialization',
  '55P03': 'lock_timeout',
  '57014': 'statement_timeout',
  '23505': 'unique',
  '23503': 'foreign_key',
  '22021': 'bad_text',
  '22P05': 'bad_text',
  '25P03': 'unavailable',
  '25006': 'unavailable',
  '3D000': 'unavailable',
};

/** Classes 08 (connection), 53 (resources), 57P (operator intervention) and 58 (system) pass when the server recovers. */
const UNAVAILABLE_SQLSTATE = /^(08|53|57P|58)/;

const UNAVAILABLE_SYSCALL = new Set(
  'ECONNREFUSED ECONNRESET ECONNABORTED EPIPE ETIMEDOUT EHOSTUNREACH ENETUNREACH ENOTFOUND EAI_AGAIN ENOENT'.split(' '),
);

/** Errors without a code, known by their text alone (pg, pg-pool) or their name (TypeORM). */
const UNAVAILABLE_TEXT =
  /connection terminated|timeout exceeded when trying to connect|^timeout expired$|client has encountered a connection error|connection ended|cannot use a pool after calling end|not queryable|server closed the connection|read ECONN/i;
const UNAVAILABLE_NAME = new Set([
  'QueryRunnerProviderAlreadyReleasedError',
  'QueryRunnerAlreadyReleasedError',
  'AggregateError',
]);

/** Maps an error of pg, pg-pool or TypeORM to the taxonomy. An AppError is returned as it is. */
export function toDatabaseError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const source = driverError(error);
  const sqlState = sqlStateOf(source.code);
  return new DatabaseError(faultOf(source, sqlState), { cause: error, sqlState });
}

/** EPIPE has the shape of an SQLSTATE as well. */
function sqlStateOf(code: string | undefined): string | undefined {
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !UNAVAILABLE_SYSCALL.has(code) ? code : undefined;
}

function faultOf(source: DriverError, sqlState: string | undefined): DatabaseFault {
  if (sqlState !== undefined)
    return FAULT_OF_SQLSTATE[sqlState] ?? (UNAVAILABLE_SQLSTATE.test(sqlState) ? 'unavailable' : 'defect');
  if (source.code !== undefined && UNAVAILABLE_SYSCALL.has(source.code)) return 'unavailable';
  return UNAVAILABLE_TEXT.test(source.message) || UNAVAILABLE_NAME.has(source.name) ? 'unavailable' : 'defect';
}

interface DriverError {
  name: string;
  message: string;
  code: string | undefined;
}

/** TypeORM wraps the driver's error; a refused connection to a name with several addresses is an AggregateError. */
function driverError(error: unknown): DriverError {
  if (!(error instanceof Error)) return { name: '', message: '', code: undefined };
  const inner: unknown = 'driverError' in error ? error.driverError : error;
  const source = inner instanceof Error ? inner : error;
  return { name: source.name, message: source.message, code: 'code' in source ? String(source.code) : undefined };
}
