import type { MigrationInterface, QueryRunner } from 'typeorm';
import { RUN_FUNCTIONS } from './create-sessions/run-functions.js';
import { LOG_FUNCTIONS } from './create-sessions/append-function.js';
import { SESSION_FUNCTIONS } from './create-sessions/session-functions.js';
import { LOG_TABLES, RUNS, SESSIONS, TRANSITION } from './create-sessions/tables.js';
import { ownByWriter, protect } from './support/protection.js';

const TENANT_TABLES = ['sessions', 'session_events', 'session_seats'];

const WRITER_FUNCTIONS = [...RUN_FUNCTIONS, ...LOG_FUNCTIONS];

/** The columns of a session that functions across tenants may read, none with a user's text, and those that they change. */
const SEEN =
  'tenant_id, id, status, fence, last_sequence, wanted, started_at, calls, input_tokens, output_tokens, stage, round, attempt';
const CHANGED =
  'status, fence, started_at, last_sequence, digest, calls, input_tokens, output_tokens, stage, round, wanted, attempt, ' +
  'recoverable, failure_code, failure_detail, finished_at';

/** Sessions with their log, and the runs that workers hold. */
export class CreateSessions1764000003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...RUNS, ...SESSIONS, ...TRANSITION, ...LOG_TABLES]) await runner.query(statement);
    for (const table of TENANT_TABLES) await protect(runner, table);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON system.runs, sessions TO holdfast_app`);
    // A log is only ever added to.
    await runner.query(`GRANT SELECT, INSERT ON session_events, session_seats TO holdfast_app`);
    // Functions across tenants see no text of theirs.
    await runner.query(`GRANT SELECT, UPDATE ON system.runs TO holdfast_writer`);
    await runner.query(`GRANT SELECT (${SEEN}), UPDATE (${CHANGED}) ON sessions TO holdfast_writer`);
    await runner.query(`GRANT INSERT ON session_events, session_seats TO holdfast_writer`);
    for (const { signature, definition } of [...SESSION_FUNCTIONS, ...WRITER_FUNCTIONS]) {
      await runner.query(definition);
      await runner.query(`REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`);
      await runner.query(`GRANT EXECUTE ON FUNCTION ${signature} TO holdfast_app`);
    }
    for (const { signature } of WRITER_FUNCTIONS) await ownByWriter(runner, signature);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { signature } of [...SESSION_FUNCTIONS, ...WRITER_FUNCTIONS].toReversed())
      await runner.query(`DROP FUNCTION ${signature}`);
    await runner.query(`DROP TABLE ${TENANT_TABLES.toReversed().join(', ')}, system.runs`);
    await runner.query(`DROP FUNCTION sessions_transition()`);
  }
}
