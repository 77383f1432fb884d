import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Begins a session in the statement that makes it, if the process has a free place: no claim, no first append. */
export class BeginOwnSessions1764000026000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(BEGIN);
    await runner.query(`REVOKE ALL ON FUNCTION ${SIGNATURE} FROM PUBLIC`);
    await runner.query(`GRANT EXECUTE ON FUNCTION ${SIGNATURE} TO holdfast_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION ${SIGNATURE}`);
  }
}

const SIGNATURE = 'session_begin(uuid, json, json, json, uuid, integer, json, json)';

/**
 * Makes a session as session_create does. If no other session waits for a worker, it gives the session to `p_worker`, with its
 * first events (p_writes, p_events: the arguments of session_append, for fence 1); otherwise run_claim decides whose turn it is.
 * It does not see a session that another process queues at this moment, and need not: this worker has a free place.
 */
const BEGIN = `
  CREATE FUNCTION session_begin(p_tenant uuid, p_session json, p_unit json, p_place json,
                                p_worker uuid, p_lease_ms integer, p_writes json, p_events json) RETURNS text
  LANGUAGE plpgsql SECURITY INVOKER SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
  DECLARE
    v_id uuid := p_session ->> 'id';
    v_outcome text := public.session_create(p_tenant, p_session, p_unit, p_place);
    v_now timestamptz := clock_timestamp();
  BEGIN
    IF v_outcome <> 'created' OR EXISTS (SELECT FROM system.runs r WHERE r.state = 'queued' AND r.session_id <> v_id) THEN
      RETURN v_outcome;
    END IF;
    UPDATE public.sessions s SET status = 'running', fence = 1, started_at = v_now
     WHERE s.tenant_id = p_tenant AND s.id = v_id;
    UPDATE system.runs r
       SET state = 'claimed', worker = p_worker, lease_until = v_now + make_interval(secs => p_lease_ms / 1000.0),
           attempt_started_at = v_now, claimed_sequence = 0
     WHERE r.session_id = v_id;
    SELECT a.outcome INTO STRICT v_outcome FROM public.session_append(p_writes, p_events, true) a;
    IF v_outcome <> 'appended' THEN
      RAISE EXCEPTION 'a session that was just made is %', v_outcome;
    END IF;
    RETURN 'begun';
  END $$`;
