import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CLAIM_LOCK, KEYED } from './create-sessions/run-functions.js';
import { ownByWriter } from './support/protection.js';

/** Keeps places of a worker free, so that another tenant's first session need not wait until a session of a busy tenant ends. */
export class ReservePlacesForNewcomers1764000025000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CLAIM);
    await runner.query(`REVOKE ALL ON FUNCTION ${SIGNATURE} FROM PUBLIC`);
    await runner.query(`GRANT EXECUTE ON FUNCTION ${SIGNATURE} TO holdfast_app`);
    await ownByWriter(runner, SIGNATURE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION ${SIGNATURE}`);
  }
}

const SIGNATURE = 'run_claim(uuid, integer, integer, integer, boolean)';

/**
 * Claims as run_claim(uuid, integer, integer, boolean) does, but gives the last `p_reserved` places only to tenants of which no
 * worker holds a run, and to runs whose lease has run out, which had a place before. run_claim serves these first, so it is
 * enough to count them and call it with that number of places; the lock keeps the count true until then. If the open places are
 * enough for all that wait, nothing is counted. Counting takes one look into the index for each tenant.
 */
const CLAIM = `
  CREATE FUNCTION run_claim(p_worker uuid, p_places integer, p_reserved integer, p_lease_ms integer, p_expired boolean)
  RETURNS TABLE (session_id uuid, tenant_id uuid, fence integer, stalls integer, last_sequence integer, wanted text, running_ms double precision)
  LANGUAGE plpgsql SECURITY DEFINER ${KEYED} AS $$
  #variable_conflict use_column
  DECLARE
    v_open integer := greatest(p_places - p_reserved, 0);
    v_claimed integer := 0;
    v_first integer;
  BEGIN
    IF v_open > 0 THEN
      RETURN QUERY SELECT * FROM run_claim(p_worker, v_open, p_lease_ms, p_expired);
      GET DIAGNOSTICS v_claimed = ROW_COUNT;
      IF v_claimed < v_open THEN
        RETURN;
      END IF;
    END IF;
    IF NOT EXISTS (SELECT FROM system.runs r WHERE r.state = 'queued')
       AND NOT EXISTS (SELECT FROM system.runs r WHERE r.state = 'claimed' AND r.lease_until < clock_timestamp()) THEN
      RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(${CLAIM_LOCK});
    WITH RECURSIVE waiting AS (
      (SELECT r.tenant_id FROM system.runs r WHERE r.state = 'queued' ORDER BY r.tenant_id LIMIT 1)
      UNION ALL
      SELECT n.tenant_id
        FROM waiting w
       CROSS JOIN LATERAL (SELECT r.tenant_id FROM system.runs r
                            WHERE r.state = 'queued' AND r.tenant_id > w.tenant_id ORDER BY r.tenant_id LIMIT 1) n
    )
    SELECT (SELECT count(*) FROM waiting w
             WHERE w.tenant_id NOT IN (SELECT r.tenant_id FROM system.runs r WHERE r.state = 'claimed'))
           + (SELECT count(*) FROM system.runs r WHERE p_expired AND r.state = 'claimed' AND r.lease_until < clock_timestamp())
      INTO v_first;
    v_first := least(v_first, p_places - v_claimed);
    IF v_first > 0 THEN
      RETURN QUERY SELECT * FROM run_claim(p_worker, v_first, p_lease_ms, p_expired);
    END IF;
  END $$`;
