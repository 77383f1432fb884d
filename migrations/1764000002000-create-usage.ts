import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ownByWriter, protect } from './support/protection.js';

const TENANT_TABLES = ['quotas', 'usage_counters', 'usage_totals', 'usage_reservations'];

/**
 * Usage, quotas and reservations. There are no foreign keys to tenants: each one would lock the tenant's row on every
 * hot write, and the tables must be able to live on another node.
 */
export class CreateUsage1764000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await this.createTables(runner);
    for (const table of TENANT_TABLES) await protect(runner, table);
    await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${TENANT_TABLES.join(', ')} TO holdfast_app`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON usage_counters, usage_totals TO holdfast_writer`);
    await runner.query(`GRANT SELECT ON quotas TO holdfast_writer`);
    await runner.query(`GRANT SELECT, INSERT, DELETE ON usage_reservations TO holdfast_writer`);
    for (const { signature, definition } of WRITER_FUNCTIONS) {
      await runner.query(definition);
      await runner.query(`REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`);
      await runner.query(`GRANT EXECUTE ON FUNCTION ${signature} TO holdfast_app`);
      await ownByWriter(runner, signature);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { signature } of WRITER_FUNCTIONS.toReversed()) await runner.query(`DROP FUNCTION ${signature}`);
    await runner.query(`DROP TABLE ${TENANT_TABLES.toReversed().join(', ')}`);
  }

  private async createTables(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE quotas (
        tenant_id uuid NOT NULL,
        feature text NOT NULL,
        "limit" bigint,
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT quotas_pkey PRIMARY KEY (tenant_id, feature),
        CONSTRAINT quotas_limit_check CHECK ("limit" >= 0)
      )`);
    await runner.query(`
      CREATE TABLE usage_counters (
        tenant_id uuid NOT NULL,
        feature text NOT NULL,
        period date NOT NULL,
        install_id text NOT NULL,
        count bigint NOT NULL,
        CONSTRAINT usage_counters_pkey PRIMARY KEY (tenant_id, feature, period, install_id),
        CONSTRAINT usage_counters_count_check CHECK (count >= 0)
      )`);
    await runner.query(`
      CREATE TABLE usage_totals (
        tenant_id uuid NOT NULL,
        feature text NOT NULL,
        period date NOT NULL,
        total bigint NOT NULL,
        CONSTRAINT usage_totals_pkey PRIMARY KEY (tenant_id, feature, period),
        CONSTRAINT usage_totals_total_check CHECK (total >= 0)
      )`);
    await runner.query(`
      CREATE TABLE usage_reservations (
        tenant_id uuid NOT NULL,
        feature text NOT NULL,
        period date NOT NULL,
        id uuid NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT usage_reservations_pkey PRIMARY KEY (tenant_id, feature, period, id)
      )`);
    // Rows change in place and often: room on each page keeps the updates off the index (HOT).
    await runner.query(`ALTER TABLE usage_counters SET (fillfactor = 70)`);
    await runner.query(`ALTER TABLE usage_totals SET (fillfactor = 50)`);
  }
}

/**
 * Forces every join to be a look-up by key: a plan made while the tables were small must not scan them when they are large. And
 * Postgres plans once: a new plan for each call, by the length of its lists, costs more than running it.
 */
const KEYED = `SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off`;

const RECONCILE_SIGNATURE = 'usage_reconcile(uuid[], text[], date[], text[], bigint[])';

/**
 * Raises counters of many tenants in one statement. The rows come folded (one per counter) and in key order. Like every
 * writer, it first makes or locks the totals' rows in one pass in key order (an update that changes nothing locks all the
 * same). All writers of a total's counters wait there, so none can deadlock, and the rows read afterwards cannot change
 * before the commit. So they are written where they were found (ctid), without a second look-up by key. A counter that
 * would not rise is not written.
 */
const RECONCILE = `
  CREATE FUNCTION usage_reconcile(
    p_tenants uuid[], p_features text[], p_periods date[], p_installs text[], p_counts bigint[]
  ) RETURNS TABLE (ord bigint, server_count bigint, total bigint, quota bigint)
  LANGUAGE plpgsql SECURITY DEFINER ${KEYED} AS $$
  #variable_conflict use_column
  BEGIN
    INSERT INTO public.usage_totals AS t (tenant_id, feature, period, total)
    SELECT DISTINCT k.tenant_id, k.feature, k.period, 0
      FROM unnest(p_tenants, p_features, p_periods) AS k (tenant_id, feature, period)
     ORDER BY 1, 2, 3
    ON CONFLICT (tenant_id, feature, period) DO UPDATE SET total = t.total WHERE false;

    RETURN QUERY
    WITH input AS MATERIALIZED (
      SELECT k.*, c.count AS before, c.ctid AS counter_at, t.total, t.ctid AS total_at, q."limit",
             sum(greatest(k.count - coalesce(c.count, 0), 0)) OVER (PARTITION BY tenant_id, feature, period) AS rise
        FROM unnest(p_tenants, p_features, p_periods, p_installs, p_counts)
             WITH ORDINALITY AS k (tenant_id, feature, period, install_id, count, ord)
        JOIN public.usage_totals t USING (tenant_id, feature, period)
        LEFT JOIN public.usage_counters c USING (tenant_id, feature, period, install_id)
        LEFT JOIN public.quotas q USING (tenant_id, feature)
    ), made AS (
      INSERT INTO public.usage_counters (tenant_id, feature, period, install_id, count)
      SELECT i.tenant_id, i.feature, i.period, i.install_id, i.count FROM input i WHERE i.before IS NULL ORDER BY i.ord
    ), raised AS (
      UPDATE public.usage_counters c SET count = i.count FROM input i WHERE c.ctid = i.counter_at AND i.count > i.before
    ), summed AS (
      UPDATE public.usage_totals t SET total = t.total + d.rise
        FROM (SELECT DISTINCT i.total_at, i.rise FROM input i WHERE i.rise > 0) d
       WHERE t.ctid = d.total_at
    )
    SELECT i.ord, greatest(i.count, coalesce(i.before, 0)), (i.total + i.rise)::bigint, i."limit" FROM input i;
  END $$`;

const RESERVE_SIGNATURE = 'usage_reserve(uuid[], text[], date[], uuid[], integer[])';

/**
 * Takes a unit of a quota for each call, in the order given, while units are left. Returns for each call how many are left after
 * it; a negative number means that the call has got none. Without a limit it writes nothing, and returns NULL.
 * The locks on the totals make concurrent reservations take turns; a reservation whose holder died gives its unit back
 * when it expires.
 */
const RESERVE = `
  CREATE FUNCTION usage_reserve(
    p_tenants uuid[], p_features text[], p_periods date[], p_ids uuid[], p_ttl_seconds integer[]
  ) RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER ${KEYED} AS $$
  DECLARE
    v_left bigint[];
  BEGIN
    INSERT INTO public.usage_totals AS t (tenant_id, feature, period, total)
    SELECT DISTINCT k.tenant_id, k.feature, k.period, 0
      FROM unnest(p_tenants, p_features, p_periods) AS k (tenant_id, feature, period)
      JOIN public.quotas q USING (tenant_id, feature)
     WHERE q."limit" IS NOT NULL
     ORDER BY 1, 2, 3
    ON CONFLICT (tenant_id, feature, period) DO UPDATE SET total = t.total WHERE false;

    DELETE FROM public.usage_reservations r
     USING (SELECT DISTINCT * FROM unnest(p_tenants, p_features, p_periods)) AS k (tenant_id, feature, period)
     WHERE r.tenant_id = k.tenant_id AND r.feature = k.feature AND r.period = k.period
       AND r.expires_at <= clock_timestamp();

    WITH input AS MATERIALIZED (
      SELECT k.*, q."limit",
             row_number() OVER (PARTITION BY tenant_id, feature, k.period ORDER BY k.ord) AS place,
             coalesce(t.total, 0)
               + (SELECT count(*) FROM public.usage_reservations r
                   WHERE r.tenant_id = t.tenant_id AND r.feature = t.feature AND r.period = t.period) AS used
        FROM unnest(p_tenants, p_features, p_periods, p_ids, p_ttl_seconds)
             WITH ORDINALITY AS k (tenant_id, feature, period, id, ttl_seconds, ord)
        LEFT JOIN public.quotas q USING (tenant_id, feature)
        LEFT JOIN public.usage_totals t USING (tenant_id, feature, period)
    ), held AS (
      INSERT INTO public.usage_reservations (tenant_id, feature, period, id, expires_at)
      SELECT i.tenant_id, i.feature, i.period, i.id, clock_timestamp() + make_interval(secs => i.ttl_seconds)
        FROM input i WHERE i.used + i.place <= i."limit"
    )
    SELECT array_agg(i."limit" - i.used - i.place ORDER BY i.ord) INTO v_left FROM input i;
    RETURN v_left;
  END $$`;

const SETTLE_SIGNATURE = 'usage_settle(uuid[], text[], date[], uuid[], text[], boolean[])';

/**
 * Ends reservations: each charged one adds one to the install's counter. Like every other writer it first makes or locks the
 * totals, in one pass in key order.
 */
const SETTLE = `
  CREATE FUNCTION usage_settle(
    p_tenants uuid[], p_features text[], p_periods date[], p_ids uuid[], p_installs text[], p_charged boolean[]
  ) RETURNS void LANGUAGE plpgsql SECURITY DEFINER ${KEYED} AS $$
  BEGIN
    INSERT INTO public.usage_totals AS t (tenant_id, feature, period, total)
    SELECT k.tenant_id, k.feature, k.period, count(*)
      FROM unnest(p_tenants, p_features, p_periods, p_charged) AS k (tenant_id, feature, period, charged)
     WHERE k.charged GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (tenant_id, feature, period) DO UPDATE SET total = t.total + excluded.total;

    INSERT INTO public.usage_counters AS c (tenant_id, feature, period, install_id, count)
    SELECT k.tenant_id, k.feature, k.period, k.install_id, count(*)
      FROM unnest(p_tenants, p_features, p_periods, p_installs, p_charged)
           AS k (tenant_id, feature, period, install_id, charged)
     WHERE k.charged GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (tenant_id, feature, period, install_id) DO UPDATE SET count = c.count + excluded.count;

    DELETE FROM public.usage_reservations r
     USING unnest(p_tenants, p_features, p_periods, p_ids) AS k (tenant_id, feature, period, id)
     WHERE r.tenant_id = k.tenant_id AND r.feature = k.feature AND r.period = k.period AND r.id = k.id;
  END $$`;

const CHARGE_SIGNATURE = 'usage_charge(uuid[], text[], date[], uuid[], text[])';

/**
 * Counts calls that have reserved nothing, where a unit is left; returns for each what usage_reserve returns. Where there are
 * limits, it first locks all totals in key order: usage_reserve and usage_settle lock parts of them, one after the other.
 */
const CHARGE = `
  CREATE FUNCTION usage_charge(
    p_tenants uuid[], p_features text[], p_periods date[], p_ids uuid[], p_installs text[]
  ) RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER ${KEYED} AS $$
  DECLARE
    v_left bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(p_ids)]);
  BEGIN
    IF EXISTS (SELECT FROM unnest(p_tenants, p_features) AS k (tenant_id, feature)
                 JOIN public.quotas q USING (tenant_id, feature) WHERE q."limit" IS NOT NULL) THEN
      INSERT INTO public.usage_totals AS t (tenant_id, feature, period, total)
      SELECT DISTINCT k.tenant_id, k.feature, k.period, 0
        FROM unnest(p_tenants, p_features, p_periods) AS k (tenant_id, feature, period) ORDER BY 1, 2, 3
      ON CONFLICT (tenant_id, feature, period) DO UPDATE SET total = t.total WHERE false;
      v_left := usage_reserve(p_tenants, p_features, p_periods, p_ids, array_fill(1, ARRAY[cardinality(p_ids)]));
    END IF;
    PERFORM usage_settle(p_tenants, p_features, p_periods, p_ids, p_installs,
                         ARRAY(SELECT coalesce(l.units, 0) >= 0 FROM unnest(v_left) WITH ORDINALITY AS l (units, ord) ORDER BY ord));
    RETURN v_left;
  END $$`;

const END_HOLDS_SIGNATURE = 'usage_end_holds(uuid[], uuid[], json[])';

/**
 * Ends units that were held for longer than a request, each with its ending: {feature, period, install, charged}. A unit that is
 * still held counts in the month in which it was taken; one that ran out counts in `period`, the month of its end.
 */
const END_HOLDS = `
  CREATE FUNCTION usage_end_holds(p_tenants uuid[], p_ids uuid[], p_endings json[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER ${KEYED} AS $$
  DECLARE
    v_features text[];
    v_periods date[];
    v_installs text[];
    v_charged boolean[];
  BEGIN
    SELECT array_agg(e.feature ORDER BY k.ord), array_agg(e.install ORDER BY k.ord), array_agg(e.charged ORDER BY k.ord),
           array_agg(coalesce((SELECT r.period FROM public.usage_reservations r
                                WHERE r.tenant_id = k.tenant_id AND r.feature = e.feature AND r.id = k.id
                                ORDER BY r.period DESC LIMIT 1), e.period) ORDER BY k.ord)
      INTO v_features, v_installs, v_charged, v_periods
      FROM unnest(p_tenants, p_ids, p_endings) WITH ORDINALITY AS k (tenant_id, id, ending, ord)
     CROSS JOIN LATERAL json_to_record(k.ending) AS e (feature text, period date, install text, charged boolean);
    PERFORM usage_settle(p_tenants, v_features, v_periods, p_ids, v_installs, v_charged);
  END $$`;

const WRITER_FUNCTIONS = [
  { signature: RECONCILE_SIGNATURE, definition: RECONCILE },
  { signature: RESERVE_SIGNATURE, definition: RESERVE },
  { signature: SETTLE_SIGNATURE, definition: SETTLE },
  { signature: CHARGE_SIGNATURE, definition: CHARGE },
  { signature: END_HOLDS_SIGNATURE, definition: END_HOLDS },
];
