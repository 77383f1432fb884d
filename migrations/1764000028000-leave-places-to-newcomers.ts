import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CLAIM_LOCK, KEYED } from './create-sessions/run-functions.js';
import { ownByWriter } from './support/protection.js';

/** Leaves a reserved place free where the newcomer that it is for cannot be taken at this moment. */
export class LeavePlacesToNewcomers1764000028000 implements MigrationInterface {
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

/** A claim that waited longer for its turn takes over no expired lease: its holder could not renew in that time either. */
const LONGEST_WAIT_MS = 500;

/** How many more runs than places a claim looks at: some may be locked by others at this moment. */
const SPARE = 8;

/**
 * Runs in the order in which run_claim gives them. Once all open places are given, only tenants without a claimed run matter, so
 * without an open place it looks at no others. Finding the tenants takes one look into the index for each, and no join: with many
 * tenants that would look at each of them for each claimed run.
 */
const DUE = `
  WITH RECURSIVE heads AS (
    (SELECT r.tenant_id, r.queued_at FROM system.runs r WHERE r.state = 'queued'
      ORDER BY r.tenant_id, r.queued_at, r.session_id LIMIT 1)
    UNION ALL
    SELECT n.tenant_id, n.queued_at
      FROM heads h
     CROSS JOIN LATERAL (SELECT r.tenant_id, r.queued_at FROM system.runs r
                          WHERE r.state = 'queued' AND r.tenant_id > h.tenant_id
                          ORDER BY r.tenant_id, r.queued_at, r.session_id LIMIT 1) n
  ), tenants AS MATERIALIZED (
    SELECT b.tenant_id, sum(b.runs) AS runs, min(b.queued_at) AS queued_at
      FROM (SELECT h.tenant_id, 0 AS runs, h.queued_at FROM heads h
            UNION ALL
            SELECT r.tenant_id, 1, NULL FROM system.runs r WHERE r.state = 'claimed') b
     GROUP BY b.tenant_id
    HAVING count(b.queued_at) > 0 AND (v_open > 0 OR sum(b.runs) = 0)
     ORDER BY 2, 3 LIMIT p_places + ${SPARE}
  )
  SELECT d.session_id, d.tenant_id, d.is_lost, d.is_newcomer FROM (
    (SELECT r.session_id, r.tenant_id, 0 AS turn, r.lease_until AS since, true AS is_lost, false AS is_newcomer
       FROM system.runs r WHERE r.state = 'claimed' AND r.lease_until < v_now AND v_expired)
    UNION ALL
    SELECT q.session_id, t.tenant_id, t.runs + row_number() OVER (PARTITION BY t.tenant_id ORDER BY q.queued_at, q.session_id),
           q.queued_at, false, t.runs = 0
      FROM tenants t
     CROSS JOIN LATERAL (SELECT r.session_id, r.queued_at FROM system.runs r
                          WHERE r.state = 'queued' AND r.tenant_id = t.tenant_id
                          ORDER BY r.queued_at, r.session_id LIMIT p_places + ${SPARE}) q
  ) d
  ORDER BY d.turn, d.since, d.session_id`;

const SIGNATURE = 'run_claim_places(uuid, integer, integer, integer, boolean)';

/**
 * Claims as run_claim does, with the same locks, but gives the last `p_reserved` places only to tenants of which no worker holds
 * a run, one to each, and to runs whose lease has run out, which had a place before. It judges each run as it takes it. A run
 * that it cannot take, since somebody has locked it or its session is over, takes no place, and leaves none to a tenant that has
 * runs: the next newcomer gets it, or it stays free until the next claim.
 */
const CLAIM = `
  CREATE FUNCTION run_claim_places(p_worker uuid, p_places integer, p_reserved integer, p_lease_ms integer, p_expired boolean)
  RETURNS TABLE (session_id uuid, tenant_id uuid, fence integer, stalls integer, last_sequence integer, wanted text, running_ms double precision)
  LANGUAGE plpgsql SECURITY DEFINER ${KEYED} AS $$
  #variable_conflict use_column
  DECLARE
    v_now timestamptz := clock_timestamp();
    v_open integer := greatest(p_places - p_reserved, 0);
    v_claimed integer := 0;
    v_begun uuid[] := '{}';
    v_expired boolean;
    v_due record;
    v_session record;
  BEGIN
    IF NOT EXISTS (SELECT FROM system.runs r WHERE r.state = 'queued')
       AND NOT EXISTS (SELECT FROM system.runs r WHERE r.state = 'claimed' AND r.lease_until < v_now) THEN
      RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(${CLAIM_LOCK});
    v_now := clock_timestamp();
    v_expired := p_expired AND v_now - statement_timestamp() < interval '${LONGEST_WAIT_MS} ms';

    FOR v_due IN ${DUE} LOOP
      EXIT WHEN v_claimed >= p_places;
      CONTINUE WHEN v_claimed >= v_open AND NOT v_due.is_lost
                AND NOT (v_due.is_newcomer AND v_due.tenant_id <> ALL (v_begun));
      SELECT s.status INTO v_session FROM public.sessions s
       WHERE s.tenant_id = v_due.tenant_id AND s.id = v_due.session_id
         FOR NO KEY UPDATE SKIP LOCKED;
      CONTINUE WHEN NOT FOUND;
      PERFORM FROM system.runs r
       WHERE r.session_id = v_due.session_id
         AND (r.state = 'queued' OR r.state = 'claimed' AND r.lease_until < v_now)
         FOR NO KEY UPDATE SKIP LOCKED;
      CONTINUE WHEN NOT FOUND OR v_session.status NOT IN ('queued', 'running');

      UPDATE public.sessions s
         SET status = 'running', fence = s.fence + 1, started_at = coalesce(s.started_at, v_now)
       WHERE s.tenant_id = v_due.tenant_id AND s.id = v_due.session_id
      RETURNING s.fence, s.last_sequence, s.wanted INTO fence, last_sequence, wanted;
      UPDATE system.runs r
         SET state = 'claimed', worker = p_worker, lease_until = v_now + make_interval(secs => p_lease_ms / 1000.0),
             attempt_started_at = coalesce(r.attempt_started_at, v_now), claimed_sequence = run_claim_places.last_sequence,
             stalls = CASE WHEN r.claimed_sequence IS NULL THEN r.stalls
                           WHEN r.claimed_sequence = run_claim_places.last_sequence THEN r.stalls + 1
                           ELSE 0 END
       WHERE r.session_id = v_due.session_id
      RETURNING r.session_id, r.tenant_id, r.stalls, extract(epoch FROM v_now - r.attempt_started_at) * 1000
           INTO session_id, tenant_id, stalls, running_ms;
      v_claimed := v_claimed + 1;
      v_begun := v_begun || v_due.tenant_id;
      RETURN NEXT;
    END LOOP;
  END $$`;
