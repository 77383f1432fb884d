import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Used tickets are looked at in turn, so that those that are no longer good go, whatever stands before them. */
export class LookAtTicketsInTurn1764000027000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // An earlier release names no time: its tickets are due at once.
    await runner.query(`ALTER TABLE stream_tickets ADD COLUMN look_at timestamptz NOT NULL DEFAULT now()`);
    await runner.query(`CREATE INDEX stream_tickets_look_idx ON stream_tickets (tenant_id, look_at)`);
    await runner.query(`GRANT UPDATE (look_at) ON stream_tickets TO holdfast_app`);
    await runner.query(ADMIT);
    await runner.query(`REVOKE ALL ON FUNCTION ${SIGNATURE} FROM PUBLIC`);
    await runner.query(`GRANT EXECUTE ON FUNCTION ${SIGNATURE} TO holdfast_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION ${SIGNATURE}`);
    await runner.query(`DROP INDEX stream_tickets_look_idx`);
    await runner.query(`ALTER TABLE stream_tickets DROP COLUMN look_at`);
  }
}

/** How many used tickets a first use looks at: more than the one that it adds, so they cannot pile up. */
const LOOKS = 8;

const SIGNATURE = 'stream_ticket_admit(uuid, uuid, uuid, boolean, integer)';

/**
 * Whether a ticket admits its holder, as stream_ticket_use tells it. Each first use looks at those of the tenant's tickets that
 * have waited longest for a look: it deletes those that are no longer good, and puts off the others for `p_after_end_seconds`,
 * since none can end sooner. It waits for no lock: what another first use looks at, or retention removes, it skips. Tickets are
 * read from their index, the first ones only: no use may sort all that a tenant has.
 */
const ADMIT = `
  CREATE FUNCTION stream_ticket_admit(p_tenant uuid, p_session uuid, p_ticket uuid, p_fresh boolean, p_after_end_seconds integer)
  RETURNS boolean
  LANGUAGE plpgsql SECURITY INVOKER SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
    SET enable_bitmapscan = off SET enable_sort = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
  DECLARE
    v_now timestamptz := clock_timestamp();
    v_over timestamptz := v_now - make_interval(secs => p_after_end_seconds);
    v_next_look timestamptz := v_now + make_interval(secs => p_after_end_seconds);
    v_finished timestamptz;
    v_used timestamptz;
  BEGIN
    PERFORM set_config('app.tenant_id', p_tenant::text, true);
    SELECT s.finished_at INTO v_finished FROM public.sessions s WHERE s.tenant_id = p_tenant AND s.id = p_session;
    IF NOT FOUND THEN
      RETURN false;
    END IF;
    SELECT t.used_at INTO v_used FROM public.stream_tickets t
      WHERE t.tenant_id = p_tenant AND t.session_id = p_session AND t.id = p_ticket;
    IF FOUND THEN
      RETURN v_finished IS NULL OR v_finished > v_over OR v_used > v_over;
    ELSIF NOT p_fresh THEN
      RETURN false;
    END IF;
    INSERT INTO public.stream_tickets (tenant_id, session_id, id, look_at) VALUES (p_tenant, p_session, p_ticket, v_next_look)
    ON CONFLICT (tenant_id, session_id, id) DO NOTHING;
    WITH due AS MATERIALIZED (
      SELECT o.session_id, o.id, o.used_at FROM public.stream_tickets o
       WHERE o.tenant_id = p_tenant AND o.look_at <= v_now
       ORDER BY o.look_at LIMIT ${LOOKS} FOR UPDATE SKIP LOCKED
    ), judged AS MATERIALIZED (
      SELECT d.session_id, d.id, d.used_at <= v_over AND (s.id IS NULL OR coalesce(s.finished_at <= v_over, false)) AS is_over
        FROM due d LEFT JOIN public.sessions s ON s.tenant_id = p_tenant AND s.id = d.session_id
    ), gone AS (
      DELETE FROM public.stream_tickets t USING judged j
       WHERE t.tenant_id = p_tenant AND t.session_id = j.session_id AND t.id = j.id AND j.is_over
    )
    UPDATE public.stream_tickets t SET look_at = v_next_look FROM judged j
     WHERE t.tenant_id = p_tenant AND t.session_id = j.session_id AND t.id = j.id AND NOT j.is_over;
    RETURN true;
  END $$`;
