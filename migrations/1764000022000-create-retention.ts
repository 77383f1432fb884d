import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ownByWriter, protect } from './support/protection.js';

/** How long a tenant keeps its sessions, and the function that removes older ones. */
export class CreateRetention1764000022000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE retention (
        tenant_id uuid NOT NULL,
        session_days integer,
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT retention_pkey PRIMARY KEY (tenant_id),
        CONSTRAINT retention_session_days_check CHECK (session_days >= 0)
      )`);
    await protect(runner, 'retention');
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON retention TO holdfast_app`);
    // Work that one process at a time does for the whole cluster, and how far it has come.
    await runner.query(`
      CREATE TABLE system.chores (
        name text NOT NULL,
        due_at timestamptz NOT NULL,
        worker uuid,
        lease_until timestamptz,
        after_tenant uuid,
        CONSTRAINT chores_pkey PRIMARY KEY (name)
      )`);
    await runner.query(`INSERT INTO system.chores (name, due_at) VALUES ('retention', now())`);
    await runner.query(
      `CREATE INDEX sessions_finished_idx ON sessions (tenant_id, finished_at) WHERE finished_at IS NOT NULL`,
    );
    for (const [rights, what] of RIGHTS) await runner.query(`GRANT ${rights} ON ${what} TO holdfast_writer`);
    await runner.query(STEP);
    await runner.query(`REVOKE ALL ON FUNCTION ${STEP_SIGNATURE} FROM PUBLIC`);
    await runner.query(`GRANT EXECUTE ON FUNCTION ${STEP_SIGNATURE} TO holdfast_app`);
    await ownByWriter(runner, STEP_SIGNATURE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION ${STEP_SIGNATURE}`);
    for (const [rights, what] of RIGHTS.toReversed())
      await runner.query(`REVOKE ${rights} ON ${what} FROM holdfast_writer`);
    await runner.query(`DROP INDEX sessions_finished_idx`);
    await runner.query(`DROP TABLE system.chores, retention`);
  }
}

/** The function sees when a session ended, but none of its text. Earlier migrations let it read runs and reservations. */
const RIGHTS = [
  ['SELECT (id)', 'system.tenants'],
  ['SELECT, UPDATE', 'system.chores'],
  ['SELECT', 'retention'],
  ['SELECT (finished_at), DELETE', 'sessions'],
  ['SELECT (tenant_id, session_id), DELETE', 'session_events, session_seats, stream_tickets'],
  ['DELETE', 'system.runs'],
  ['SELECT (tenant_id, lookup, expires_at), UPDATE (expires_at), DELETE', 'idempotency_keys'],
  ['UPDATE (expires_at)', 'usage_reservations'],
] as const;

/** Sessions are read from their index, the oldest first, as far as the step goes: no step may sort a whole backlog. */
const IN_ORDER = `SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off
    SET enable_hashjoin = off SET enable_mergejoin = off`;

/** The most tenants that one step looks at: its cost must not grow with their number. */
const TENANTS_PER_STEP = 500;

const STEP_SIGNATURE = 'retention_step(uuid, integer, integer, integer, integer)';

/**
 * One bounded step of a pass over all tenants: removes whole sessions that ended long enough ago, and expired idempotency keys
 * and reservations, until `p_rows` rows are gone. It commits its progress together with the removals, so another process can go
 * on when one dies. It locks a session before it judges it, and waits for no lock: a session in use, as by a retry, stays until
 * the next pass.
 */
const STEP = `
  CREATE FUNCTION retention_step(
    p_worker uuid, p_session_days integer, p_rows integer, p_lease_ms integer, p_pause_ms integer,
    OUT state text, OUT sessions integer, OUT events integer, OUT keys integer, OUT holds integer
  ) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    ${IN_ORDER} AS $$
  DECLARE
    v_now timestamptz := clock_timestamp();
    v_left integer := p_rows;
    v_tenants integer := 0;
    v_after uuid;
    v_tenant record;
    v_session uuid;
    v_count integer;
  BEGIN
    sessions := 0; events := 0; keys := 0; holds := 0;
    SELECT c.after_tenant INTO v_after FROM system.chores c
     WHERE c.name = 'retention' AND c.due_at <= v_now AND (c.worker = p_worker OR coalesce(c.lease_until <= v_now, true))
       FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
      state := 'elsewhere';
      RETURN;
    END IF;

    FOR v_tenant IN
      SELECT t.id, coalesce(r.session_days, p_session_days) AS days
        FROM system.tenants t LEFT JOIN public.retention r ON r.tenant_id = t.id
       WHERE v_after IS NULL OR t.id > v_after
       ORDER BY t.id LIMIT ${TENANTS_PER_STEP}
    LOOP
      IF v_tenant.days > 0 THEN
        FOR v_session IN
          SELECT s.id FROM public.sessions s
           WHERE s.tenant_id = v_tenant.id AND s.finished_at < v_now - make_interval(days => v_tenant.days)
             AND s.status IN ('completed', 'failed', 'cancelled')
           ORDER BY s.finished_at FOR UPDATE SKIP LOCKED
        LOOP
          DELETE FROM public.session_events e WHERE e.tenant_id = v_tenant.id AND e.session_id = v_session;
          GET DIAGNOSTICS v_count = ROW_COUNT;
          events := events + v_count;
          v_left := v_left - v_count - 1;
          DELETE FROM public.session_seats c WHERE c.tenant_id = v_tenant.id AND c.session_id = v_session;
          DELETE FROM public.stream_tickets t WHERE t.tenant_id = v_tenant.id AND t.session_id = v_session;
          DELETE FROM system.parked_runs p WHERE p.session_id = v_session AND p.tenant_id = v_tenant.id;
          DELETE FROM system.runs r WHERE r.session_id = v_session AND r.tenant_id = v_tenant.id;
          DELETE FROM public.sessions s WHERE s.tenant_id = v_tenant.id AND s.id = v_session;
          sessions := sessions + 1;
          EXIT WHEN v_left < 1;
        END LOOP;
      END IF;
      EXIT WHEN v_left < 1;

      DELETE FROM public.idempotency_keys k
       WHERE k.tenant_id = v_tenant.id AND k.lookup = ANY (ARRAY(
         SELECT e.lookup FROM public.idempotency_keys e
          WHERE e.tenant_id = v_tenant.id AND e.expires_at <= v_now
          ORDER BY e.expires_at LIMIT v_left FOR UPDATE SKIP LOCKED));
      GET DIAGNOSTICS v_count = ROW_COUNT;
      keys := keys + v_count;
      v_left := v_left - v_count;
      EXIT WHEN v_left < 1;

      DELETE FROM public.usage_reservations r
       WHERE r.tenant_id = v_tenant.id AND r.expires_at <= v_now AND r.id = ANY (ARRAY(
         SELECT e.id FROM public.usage_reservations e
          WHERE e.tenant_id = v_tenant.id AND e.expires_at <= v_now LIMIT v_left FOR UPDATE SKIP LOCKED));
      GET DIAGNOSTICS v_count = ROW_COUNT;
      holds := holds + v_count;
      v_left := v_left - v_count;
      EXIT WHEN v_left < 1;

      v_tenants := v_tenants + 1;
      v_after := v_tenant.id;
    END LOOP;

    IF v_left > 0 AND v_tenants < ${TENANTS_PER_STEP} THEN
      state := 'done';
      UPDATE system.chores c
         SET due_at = v_now + make_interval(secs => p_pause_ms / 1000.0), worker = NULL, lease_until = NULL, after_tenant = NULL
       WHERE c.name = 'retention';
    ELSE
      state := 'more';
      UPDATE system.chores c
         SET worker = p_worker, lease_until = v_now + make_interval(secs => p_lease_ms / 1000.0), after_tenant = v_after
       WHERE c.name = 'retention';
    END IF;
  END $$`;
