import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A session that its maker has a place for begins with the statement that makes it: no claim, no first append. */
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
 * Makes a session as session_create does, and where nobody's session waits for a worker, gives it to this one with its first
 * events (p_writes, p_events: the arguments of session_append, for fence 1). Where anybody waits, whose turn it is, is for
 * run_claim to say. What another process puts in line at this moment is not seen, and need not be: this worker's place is free.
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
