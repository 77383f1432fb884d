import { describe, expect, it } from '@jest/globals';
import { QueryFailedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { AppError } from '../reliability/errors/app-error.js';
import { DatabaseError, toDatabaseError, type DatabaseFault } from './database-error.js';

const driverError = (code: string, message = 'secret message') => Object.assign(new Error(message), { code });

describe('a failure of the database', () => {
  it.each<[string, DatabaseFault, string, boolean]>([
    ['40001', 'serialization', 'overloaded', true],
    ['40P01', 'serialization', 'overloaded', true],
    ['55P03', 'lock_timeout', 'overloaded', true],
    ['57014', 'statement_timeout', 'dependency_unavailable', false],
    ['57P01', 'unavailable', 'dependency_unavailable', true],
    ['57P02', 'unavailable', 'dependency_unavailable', true],
    ['57P03', 'unavailable', 'dependency_unavailable', true],
    ['57P05', 'unavailable', 'dependency_unavailable', true],
    ['53100', 'unavailable', 'dependency_unavailable', true],
    ['53200', 'unavailable', 'dependency_unavailable', true],
    ['53300', 'unavailable', 'dependency_unavailable', true],
    ['08006', 'unavailable', 'dependency_unavailable', true],
    ['58030', 'unavailable', 'dependency_unavailable', true],
    ['25P03', 'unavailable', 'dependency_unavailable', true],
    ['25006', 'unavailable', 'dependency_unavailable', true],
    ['3D000', 'unavailable', 'dependency_unavailable', true],
    ['23505', 'unique', 'conflict', false],
    ['23503', 'foreign_key', 'conflict', false],
    ['22021', 'bad_text', 'validation_error', false],
    ['22P05', 'bad_text', 'validation_error', false],
    ['42501', 'defect', 'internal_error', false],
    ['42601', 'defect', 'internal_error', false],
    ['22P02', 'defect', 'internal_error', false],
    ['23514', 'defect', 'internal_error', false],
    ['25P02', 'defect', 'internal_error', false],
  ])('with SQLSTATE %s is %s', (sqlState, fault, code, retryable) => {
    const bare = toDatabaseError(driverError(sqlState));
    const wrapped = toDatabaseError(new QueryFailedError('SELECT secret', [], driverError(sqlState)));
    for (const error of [bare, wrapped]) expect(error).toMatchObject({ fault, code, retryable, sqlState });
  });

  it.each('ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT EHOSTUNREACH ENETUNREACH ENOTFOUND EAI_AGAIN ENOENT'.split(' '))(
    'of the system, %s, means that it cannot be reached',
    (code) => {
      expect(toDatabaseError(driverError(code))).toMatchObject({ fault: 'unavailable', sqlState: undefined });
    },
  );

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'timeout expired',
    'Client has encountered a connection error and is not queryable',
    'Cannot use a pool after calling end on the pool',
  ])('without a code is known by its text: %s', (message) => {
    expect(toDatabaseError(new Error(message))).toMatchObject({ fault: 'unavailable' });
  });

  it('that TypeORM finds by losing its runner means that the connection has gone', () => {
    expect(toDatabaseError(new QueryRunnerProviderAlreadyReleasedError())).toMatchObject({ fault: 'unavailable' });
  });

  it('at a name with several addresses, none of which answers, means that it cannot be reached', () => {
    const error = new AggregateError([driverError('ECONNREFUSED')], '');
    expect(toDatabaseError(error)).toMatchObject({ fault: 'unavailable' });
  });

  it.each([[new TypeError('x is not a function')], ['text'], [undefined], [Object.assign(new Error(''), { code: 7 })]])(
    'that nobody knows is our own mistake: %p',
    (error) => {
      expect(toDatabaseError(error)).toMatchObject({ fault: 'defect', code: 'internal_error' });
    },
  );

  it('never tells SQL, values or what the driver said', () => {
    const error = toDatabaseError(
      new QueryFailedError('SELECT secret', ['secret'], driverError('23505', 'Key (email)=(secret) already exists')),
    );
    expect([error.message, error.detail].join()).not.toContain('secret');
  });

  it('that has its place already keeps it', () => {
    const known = new AppError('not_found');
    expect(toDatabaseError(known)).toBe(known);
    const lost = new DatabaseError('serialization');
    expect(toDatabaseError(lost)).toBe(lost);
  });
});
