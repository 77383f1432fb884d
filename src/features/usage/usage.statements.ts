import type { Statement } from '../../database/database.js';

export const RECONCILE: Statement = {
  name: 'usage-reconcile',
  // One row of three lists: a row for each report would cost more to read than the commit.
  text: `SELECT array_agg(server_count ORDER BY ord)::text AS counts,
                array_agg(total ORDER BY ord)::text AS totals,
                array_agg(quota ORDER BY ord)::text AS quotas
           FROM usage_reconcile($1::uuid[], $2::text[], $3::date[], $4::text[], $5::bigint[])`,
};

export const RESERVE: Statement = {
  name: 'usage-reserve',
  text: `SELECT usage_reserve($1::uuid[], $2::text[], $3::date[], $4::uuid[], $5::integer[])::text AS left_after`,
};

/** Charges many calls at once. */
export const CHARGE: Statement = {
  name: 'usage-charge',
  text: `SELECT usage_charge($1::uuid[], $2::text[], $3::date[], $4::uuid[], $5::text[])::text AS left_after`,
};

/** Charges one call, as most charges are without a crowd: it costs the database half as much. */
export const CHARGE_ONE: Statement = {
  name: 'usage-charge-one',
  text: `SELECT usage_charge_one($1::uuid, $2::text, $3::date, $4::text) AS left_after`,
};

export const SETTLE: Statement = {
  name: 'usage-settle',
  text: `SELECT usage_settle($1::uuid[], $2::text[], $3::date[], $4::uuid[], $5::text[], $6::boolean[])`,
};

/** Features with a quota show up before their first use. */
export const BY_FEATURE = `
  SELECT feature, coalesce(t.total, 0) AS count, q."limit",
         (SELECT count(*) FROM usage_counters c WHERE c.feature = feature_of.feature AND c.period = $1) AS installs
    FROM (SELECT feature FROM usage_totals WHERE period = $1 UNION SELECT feature FROM quotas) AS feature_of
    LEFT JOIN (SELECT feature, total FROM usage_totals WHERE period = $1) t USING (feature)
    LEFT JOIN quotas q USING (feature)
   WHERE feature > $2
   ORDER BY feature LIMIT $3`;
