import type { MigrationInterface, QueryRunner } from 'typeorm';

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

/** A tenant sees its own rows; without a tenant there are none. The setting is '' on a reused connection, not NULL. */
async function protect(runner: QueryRunner, table: string): Promise<void> {
  const own = `tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid`;
  await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
  await runner.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
  await runner.query(`CREATE POLICY ${table}_tenant ON ${table} TO holdfast_app USING (${own}) WITH CHECK (${own})`);
  await runner.query(`CREATE POLICY ${table}_writer ON ${table} TO holdfast_writer USING (true) WITH CHECK (true)`);
}

/**
 * Gives a function to holdfast_writer. An owner that is no superuser must be able to become the role (a membership, which
 * since Postgres 16 may lack just that), and the role must be able to create in the schema, for that one statement;
 * neither is left behind.
 */
async function ownByWriter(runner: QueryRunner, signature: string): Promise<void> {
  const [who] = (await runner.query(
    `SELECT quote_ident(current_user) AS name,
            pg_has_role(current_user, 'holdfast_writer',
                        CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) AS able`,
  )) as { name: string; able: boolean }[];
  if (!who) throw new Error('current_user is unknown');
  if (!who.able) await runner.query(`GRANT holdfast_writer TO ${who.name}`);
  await runner.query(`GRANT CREATE ON SCHEMA public TO holdfast_writer`);
  await runner.query(`ALTER FUNCTION ${signature} OWNER TO holdfast_writer`);
  await runner.query(`REVOKE CREATE ON SCHEMA public FROM holdfast_writer`);
  if (!who.able) await runner.query(`REVOKE holdfast_writer FROM ${who.name}`);
}

/** Every join is a look-up by key: a plan that was made while the tables were small must not scan them when they are large. */
const KEYED = `SET search_path = pg_catalog, public, pg_temp
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off`;

const RECONCILE_SIGNATURE = 'usage_reconcile(uuid[], text[], date[], text[], bigint[])';

/**
 * Raises counters of many tenants in one statement. The rows come folded (one per counter) and in key order. The
 * totals' rows are locked first, in key order: all writers of a total's counters wait there, so none can deadlock, and
 * what is read afterwards is what the raise is computed from. A counter that would not rise is not written.
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
     WHERE NOT EXISTS (SELECT FROM public.usage_totals e
                        WHERE e.tenant_id = k.tenant_id AND e.feature = k.feature AND e.period = k.period)
     ORDER BY 1, 2, 3
    ON CONFLICT DO NOTHING;

    PERFORM 1 FROM public.usage_totals t
     WHERE (t.tenant_id, t.feature, t.period) IN
           (SELECT k.tenant_id, k.feature, k.period FROM unnest(p_tenants, p_features, p_periods) AS k (tenant_id, feature, period))
     ORDER BY t.tenant_id, t.feature, t.period
       FOR NO KEY UPDATE;

    RETURN QUERY
    WITH input AS MATERIALIZED (
      SELECT k.*, c.count AS before,
             sum(greatest(k.count - coalesce(c.count, 0), 0)) OVER (PARTITION BY tenant_id, feature, period) AS rise
        FROM unnest(p_tenants, p_features, p_periods, p_installs, p_counts)
             WITH ORDINALITY AS k (tenant_id, feature, period, install_id, count, ord)
        LEFT JOIN public.usage_counters c USING (tenant_id, feature, period, install_id)
    ), raised AS (
      INSERT INTO public.usage_counters AS c (tenant_id, feature, period, install_id, count)
      SELECT i.tenant_id, i.feature, i.period, i.install_id, i.count FROM input i
       WHERE i.before IS NULL OR i.count > i.before
       ORDER BY i.ord
      ON CONFLICT (tenant_id, feature, period, install_id) DO UPDATE SET count = excluded.count
    ), summed AS (
      UPDATE public.usage_totals t SET total = t.total + d.rise
        FROM (SELECT DISTINCT i.tenant_id, i.feature, i.period, i.rise FROM input i WHERE i.rise > 0) d
       WHERE t.tenant_id = d.tenant_id AND t.feature = d.feature AND t.period = d.period
    )
    SELECT i.ord, greatest(i.count, coalesce(i.before, 0)), (t.total + i.rise)::bigint, q."limit"
      FROM input i
      JOIN public.usage_totals t USING (tenant_id, feature, period)
      LEFT JOIN public.quotas q USING (tenant_id, feature);
  END $$`;

const RESERVE_SIGNATURE = 'usage_reserve(uuid[], text[], date[], uuid[], integer[])';

/**
 * Takes a unit of a quota for each call, in the order given, as long as there are any. Without a limit nothing is written.
 * The locks on the totals make concurrent reservations take turns; a reservation whose holder died gives its unit back
 * when it expires.
 */
const RESERVE = `
  CREATE FUNCTION usage_reserve(
    p_tenants uuid[], p_features text[], p_periods date[], p_ids uuid[], p_ttl_seconds integer[]
  ) RETURNS boolean[] LANGUAGE plpgsql SECURITY DEFINER ${KEYED} AS $$
  DECLARE
    v_granted boolean[];
  BEGIN
    INSERT INTO public.usage_totals (tenant_id, feature, period, total)
    SELECT DISTINCT k.tenant_id, k.feature, k.period, 0
      FROM unnest(p_tenants, p_features, p_periods) AS k (tenant_id, feature, period)
      JOIN public.quotas q USING (tenant_id, feature)
     WHERE q."limit" IS NOT NULL
       AND NOT EXISTS (SELECT FROM public.usage_totals e
                        WHERE e.tenant_id = k.tenant_id AND e.feature = k.feature AND e.period = k.period)
     ORDER BY 1, 2, 3
    ON CONFLICT DO NOTHING;

    PERFORM FROM public.usage_totals t
     WHERE (t.tenant_id, t.feature, t.period) IN
           (SELECT k.tenant_id, k.feature, k.period
              FROM unnest(p_tenants, p_features, p_periods) AS k (tenant_id, feature, period)
              JOIN public.quotas q USING (tenant_id, feature)
             WHERE q."limit" IS NOT NULL)
     ORDER BY t.tenant_id, t.feature, t.period
       FOR NO KEY UPDATE;

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
    SELECT array_agg(i."limit" IS NULL OR i.used + i.place <= i."limit" ORDER BY i.ord) INTO v_granted FROM input i;
    RETURN v_granted;
  END $$`;

const SETTLE_SIGNATURE = 'usage_settle(uuid[], text[], date[], uuid[], text[], boolean[])';

/**
 * Ends reservations: the charged ones become one more on the install's counter. As every other writer it first makes the
 * totals that are missing, then locks all of them in key order.
 */
const SETTLE = `
  CREATE FUNCTION usage_settle(
    p_tenants uuid[], p_features text[], p_periods date[], p_ids uuid[], p_installs text[], p_charged boolean[]
  ) RETURNS void LANGUAGE plpgsql SECURITY DEFINER ${KEYED} AS $$
  BEGIN
    INSERT INTO public.usage_totals (tenant_id, feature, period, total)
    SELECT DISTINCT k.tenant_id, k.feature, k.period, 0
      FROM unnest(p_tenants, p_features, p_periods, p_charged) AS k (tenant_id, feature, period, charged)
     WHERE k.charged
       AND NOT EXISTS (SELECT FROM public.usage_totals e
                        WHERE e.tenant_id = k.tenant_id AND e.feature = k.feature AND e.period = k.period)
     ORDER BY 1, 2, 3
    ON CONFLICT DO NOTHING;

    PERFORM FROM public.usage_totals t
     WHERE (t.tenant_id, t.feature, t.period) IN
           (SELECT k.tenant_id, k.feature, k.period
              FROM unnest(p_tenants, p_features, p_periods, p_charged) AS k (tenant_id, feature, period, charged)
             WHERE k.charged)
     ORDER BY t.tenant_id, t.feature, t.period
       FOR NO KEY UPDATE;

    UPDATE public.usage_totals t SET total = t.total + s.calls
      FROM (SELECT k.tenant_id, k.feature, k.period, count(*) AS calls
              FROM unnest(p_tenants, p_features, p_periods, p_charged) AS k (tenant_id, feature, period, charged)
             WHERE k.charged GROUP BY 1, 2, 3) s
     WHERE t.tenant_id = s.tenant_id AND t.feature = s.feature AND t.period = s.period;

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

const WRITER_FUNCTIONS = [
  { signature: RECONCILE_SIGNATURE, definition: RECONCILE },
  { signature: RESERVE_SIGNATURE, definition: RESERVE },
  { signature: SETTLE_SIGNATURE, definition: SETTLE },
];
