import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ownByWriter } from './support/protection.js';

/** Runs that a worker could not read, kept until one comes that can. */
export class CreateParkedRuns1764000021000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The row stays when the run is back in the queue: each time that it is parked, the next time gets longer.
    await runner.query(`
      CREATE TABLE system.parked_runs (
        session_id uuid NOT NULL,
        tenant_id uuid NOT NULL,
        queued_at timestamptz,
        until timestamptz,
        needs integer,
        times integer NOT NULL DEFAULT 0,
        CONSTRAINT parked_runs_pkey PRIMARY KEY (session_id)
      )`);
    await runner.query(`CREATE INDEX parked_runs_until_idx ON system.parked_runs (until) WHERE until IS NOT NULL`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON system.parked_runs TO holdfast_writer`);
    for (const { signature, definition } of FUNCTIONS) {
      await runner.query(definition);
      await runner.query(`REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`);
      await runner.query(`GRANT EXECUTE ON FUNCTION ${signature} TO holdfast_app`);
      await ownByWriter(runner, signature);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { signature } of FUNCTIONS.toReversed()) await runner.query(`DROP FUNCTION ${signature}`);
    await runner.query(`DROP TABLE system.parked_runs`);
  }
}

const KEYED = `SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off`;

const PARK_SIGNATURE = 'run_park(uuid, integer, integer, integer, integer)';

/**
 * Takes a run that its holder cannot read out of the queue, for a time that doubles each time. It does not count as a stall,
 * since no worker died of it. To grant a wanted pause or cancel, a worker need not read the log: then any worker may take the
 * run, at once. It locks the session, then the run, as all functions do.
 * @param p_needs the event version that a worker must be able to read; null when it is not known.
 */
const PARK = `
  CREATE FUNCTION run_park(
    p_session uuid, p_fence integer, p_needs integer, p_first_ms integer, p_longest_ms integer
  ) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER ${KEYED} AS $$
  DECLARE
    v_tenant uuid;
    v_wanted text;
    v_queued_at timestamptz;
    v_first_ms integer;
  BEGIN
    SELECT r.tenant_id INTO v_tenant FROM system.runs r WHERE r.session_id = p_session;
    SELECT s.wanted INTO v_wanted FROM public.sessions s
     WHERE s.tenant_id = v_tenant AND s.id = p_session AND s.fence = p_fence FOR NO KEY UPDATE;
    IF NOT FOUND THEN
      RETURN false;
    END IF;
    SELECT r.queued_at INTO v_queued_at FROM system.runs r
     WHERE r.session_id = p_session AND r.state = 'claimed' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
      RETURN false;
    END IF;
    v_first_ms := CASE WHEN v_wanted IS NULL THEN p_first_ms ELSE 0 END;
    INSERT INTO system.parked_runs AS p (session_id, tenant_id, queued_at, until, needs, times)
    VALUES (p_session, v_tenant, v_queued_at, clock_timestamp() + make_interval(secs => v_first_ms / 1000.0),
            CASE WHEN v_wanted IS NULL THEN p_needs END, 1)
    ON CONFLICT (session_id) DO UPDATE
       SET queued_at = excluded.queued_at, needs = excluded.needs, times = p.times + 1,
           until = clock_timestamp()
                 + make_interval(secs => least(p_longest_ms, v_first_ms * 2 ^ least(p.times, 30)) / 1000.0);
    UPDATE system.runs r
       SET state = 'idle', queued_at = NULL, lease_until = NULL, attempt_started_at = NULL, worker = NULL,
           claimed_sequence = NULL
     WHERE r.session_id = p_session;
    RETURN true;
  END $$`;

const UNPARK_SIGNATURE = 'run_unpark(integer, integer)';

/**
 * Puts parked runs whose time has come back to their old place in the queue, if the caller may be able to read them. It sends no
 * notice; the caller does, so that it is the first to look: other workers may be unable to read them. If a session was paused,
 * resumed or ended meanwhile, its run is left as it is.
 * @param p_reads the newest event version that the caller reads.
 */
const UNPARK = `
  CREATE FUNCTION run_unpark(p_reads integer, p_most integer) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER ${KEYED} AS $$
  DECLARE
    v_parked record;
    v_status text;
    v_back integer := 0;
  BEGIN
    FOR v_parked IN
      SELECT p.session_id, p.tenant_id, p.queued_at FROM system.parked_runs p
       WHERE p.until <= clock_timestamp() AND coalesce(p.needs <= p_reads, true)
       ORDER BY p.until LIMIT p_most
    LOOP
      SELECT s.status INTO v_status FROM public.sessions s
       WHERE s.tenant_id = v_parked.tenant_id AND s.id = v_parked.session_id FOR NO KEY UPDATE SKIP LOCKED;
      CONTINUE WHEN NOT FOUND;
      -- Another worker may have been here meanwhile.
      PERFORM FROM system.parked_runs p WHERE p.session_id = v_parked.session_id AND p.until <= clock_timestamp();
      CONTINUE WHEN NOT FOUND;
      IF v_status IN ('queued', 'running') THEN
        UPDATE system.runs r SET state = 'queued', queued_at = coalesce(v_parked.queued_at, clock_timestamp())
         WHERE r.session_id = v_parked.session_id AND r.state = 'idle';
        IF FOUND THEN
          v_back := v_back + 1;
        END IF;
      END IF;
      UPDATE system.parked_runs p SET until = NULL WHERE p.session_id = v_parked.session_id;
    END LOOP;
    RETURN v_back;
  END $$`;

const FUNCTIONS = [
  { signature: PARK_SIGNATURE, definition: PARK },
  { signature: UNPARK_SIGNATURE, definition: UNPARK },
];
