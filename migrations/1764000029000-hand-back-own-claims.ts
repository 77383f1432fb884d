import type { MigrationInterface, QueryRunner } from 'typeorm';
import { KEYED } from './create-sessions/run-functions.js';
import { ownByWriter } from './support/protection.js';

/** Hands back the claims that are named, also while their worker claims the same runs again. */
export class HandBackOwnClaims1764000029000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(HAND_BACK);
    await runner.query(`REVOKE ALL ON FUNCTION ${SIGNATURE} FROM PUBLIC`);
    await runner.query(`GRANT EXECUTE ON FUNCTION ${SIGNATURE} TO holdfast_app`);
    await ownByWriter(runner, SIGNATURE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION ${SIGNATURE}`);
  }
}

const SIGNATURE = 'run_hand_back(uuid, uuid[], integer[])';

/**
 * Puts runs of a worker back as run_release does. It locks the runs before it looks at fences, in a statement of its own: when the
 * lock was another claim's, of the same worker, one statement would still see the fence from before that claim.
 */
const HAND_BACK = `
  CREATE FUNCTION run_hand_back(p_worker uuid, p_sessions uuid[], p_fences integer[]) RETURNS SETOF uuid
  LANGUAGE plpgsql SECURITY DEFINER ${KEYED} AS $$
  BEGIN
    PERFORM FROM system.runs r
      WHERE r.session_id = ANY (p_sessions) AND r.state = 'claimed' AND r.worker = p_worker
      ORDER BY r.session_id FOR NO KEY UPDATE;
    RETURN QUERY
    UPDATE system.runs r
       SET state = 'queued', worker = NULL, lease_until = NULL, claimed_sequence = NULL,
           stalls = CASE WHEN s.last_sequence = r.claimed_sequence THEN r.stalls ELSE 0 END
      FROM unnest(p_sessions, p_fences) AS k (session_id, fence), public.sessions s
     WHERE r.session_id = k.session_id AND r.state = 'claimed' AND r.worker = p_worker
       AND s.tenant_id = r.tenant_id AND s.id = r.session_id AND s.fence = k.fence
    RETURNING r.session_id;
    IF FOUND THEN
      PERFORM pg_notify('holdfast_runs', '');
    END IF;
  END $$`;
