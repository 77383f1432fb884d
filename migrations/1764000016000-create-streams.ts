import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ownByWriter, protect } from './support/protection.js';

/** Functions that read followed logs, and the tickets that were used to follow them. */
export class CreateStreams1764000016000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`GRANT SELECT (epoch) ON sessions TO holdfast_writer`);
    await runner.query(`
      CREATE TABLE stream_tickets (
        tenant_id uuid NOT NULL,
        session_id uuid NOT NULL,
        id uuid NOT NULL,
        used_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT stream_tickets_pkey PRIMARY KEY (tenant_id, session_id, id)
      )`);
    await protect(runner, 'stream_tickets');
    await runner.query(`GRANT SELECT, INSERT, DELETE ON stream_tickets TO holdfast_app`);
    for (const { signature, definition } of [HEADS, PAGE, USE_TICKET]) {
      await runner.query(definition);
      await runner.query(`REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`);
      await runner.query(`GRANT EXECUTE ON FUNCTION ${signature} TO holdfast_app`);
    }
    await ownByWriter(runner, HEADS.signature);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { signature } of [USE_TICKET, PAGE, HEADS]) await runner.query(`DROP FUNCTION ${signature}`);
    await runner.query(`DROP TABLE stream_tickets`);
    await runner.query(`REVOKE SELECT (epoch) ON sessions FROM holdfast_writer`);
  }
}

/** Forces look-ups by key, planned once, whatever the size of the tables was then. */
const KEYED = `SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off`;

/**
 * How far logs of any tenants go: one statement for all logs that a process follows. Tenant and session must come from
 * credentials and from rows that these could see, never from a body.
 */
const HEADS = {
  signature: 'stream_heads(uuid[], uuid[])',
  definition: `
  CREATE FUNCTION stream_heads(p_tenants uuid[], p_sessions uuid[])
  RETURNS TABLE (ord integer, epoch text, last_sequence integer, ended boolean)
  LANGUAGE plpgsql STABLE SECURITY DEFINER ${KEYED} AS $$
  #variable_conflict use_column
  BEGIN
    RETURN QUERY
    SELECT k.ord::integer, s.epoch, s.last_sequence, s.status IN ('completed', 'failed', 'cancelled')
      FROM unnest(p_tenants, p_sessions) WITH ORDINALITY AS k (tenant_id, session_id, ord)
      JOIN public.sessions s ON s.tenant_id = k.tenant_id AND s.id = k.session_id;
  END $$`,
};

/**
 * The events of a log after `p_after` and through `p_through`, in one text, since a row for each costs the reading process more
 * than the query: one line with the first and the last sequence, which show whether there is a hole, then one for each event, as
 * it is stored. The reader puts the common parts around them, which would cost twice as much here. Null when there are none.
 */
const PAGE = {
  signature: 'stream_page(uuid, uuid, integer, integer)',
  definition: `
  CREATE FUNCTION stream_page(p_tenant uuid, p_session uuid, p_after integer, p_through integer) RETURNS text
  LANGUAGE plpgsql SECURITY INVOKER SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
  BEGIN
    PERFORM set_config('app.tenant_id', p_tenant::text, true);
    RETURN (
      SELECT min(f.sequence) || ' ' || max(f.sequence) || string_agg(f.line, '')
        FROM (
          SELECT e.sequence,
                 (E'\\n' || e.event_version || ' ' || date_part('epoch', e.created_at) || ' ' || e.type || ' ') || e.data AS line
            FROM public.session_events e
           WHERE e.tenant_id = p_tenant AND e.session_id = p_session AND e.sequence > p_after AND e.sequence <= p_through
           ORDER BY e.sequence
        ) f);
  END $$`,
};

/**
 * Whether a ticket admits its holder. The first use of a fresh one is recorded, and the ticket stays good from then on. After the
 * session's end its holder may still fetch that end for `p_after_end_seconds`, counted from the end or from the first use,
 * whichever is later. Each first use looks at 8 of the tenant's tickets, and deletes those that are no longer good.
 */
const USE_TICKET = {
  signature: 'stream_ticket_use(uuid, uuid, uuid, boolean, integer)',
  definition: `
  CREATE FUNCTION stream_ticket_use(p_tenant uuid, p_session uuid, p_ticket uuid, p_fresh boolean, p_after_end_seconds integer)
  RETURNS boolean
  LANGUAGE plpgsql SECURITY INVOKER SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
  DECLARE
    v_over timestamptz := clock_timestamp() - make_interval(secs => p_after_end_seconds);
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
    INSERT INTO public.stream_tickets (tenant_id, session_id, id) VALUES (p_tenant, p_session, p_ticket)
    ON CONFLICT (tenant_id, session_id, id) DO NOTHING;
    DELETE FROM public.stream_tickets t
     WHERE t.tenant_id = p_tenant AND (t.session_id, t.id) IN (
       SELECT e.session_id, e.id
         FROM (SELECT o.session_id, o.id, o.used_at FROM public.stream_tickets o
                WHERE o.tenant_id = p_tenant ORDER BY o.session_id, o.id LIMIT 8) e
         LEFT JOIN public.sessions s ON s.tenant_id = p_tenant AND s.id = e.session_id
        WHERE e.used_at <= v_over AND (s.id IS NULL OR s.finished_at <= v_over));
    RETURN true;
  END $$`,
};
