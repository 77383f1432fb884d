import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../database/database.js';
import { TenantTransaction } from '../../database/tenant-transaction.js';
import { Retry } from '../../reliability/retry/retry.decorator.js';

/** What one device says it has used. */
export interface Report {
  readonly tenantId: string;
  readonly feature: string;
  /** First day of the month. */
  readonly period: string;
  readonly installId: string;
  readonly count: number;
}

/** What the server holds after a report: the counter, the sum over installs, and the quota if there is one. */
export interface Reconciled {
  readonly count: number;
  readonly total: number;
  readonly quota: number | null;
}

/** One unit of a quota, for one call. */
export interface Reservation {
  readonly id: string;
  readonly tenantId: string;
  readonly feature: string;
  readonly period: string;
}

export interface FeatureUsage {
  readonly feature: string;
  readonly count: number;
  readonly limit: number | null;
  readonly installs: number;
}

const RECONCILE: Statement = {
  name: 'usage-reconcile',
  text: `SELECT ord::int AS ord, server_count AS count, total, quota
           FROM usage_reconcile($1::uuid[], $2::text[], $3::date[], $4::text[], $5::bigint[])`,
};

const RESERVE: Statement = {
  name: 'usage-reserve',
  text: `SELECT usage_reserve($1, $2, $3, $4, make_interval(secs => $5)) AS granted`,
};
const SETTLE: Statement = { name: 'usage-settle', text: 'SELECT usage_settle($1, $2, $3, $4, $5)' };
const RELEASE: Statement = { name: 'usage-release', text: 'SELECT usage_release($1, $2, $3, $4)' };

/** Features with a quota show up before their first use. */
const BY_FEATURE = `
  SELECT feature, coalesce(t.total, 0) AS count, q."limit",
         (SELECT count(*) FROM usage_counters c WHERE c.feature = feature_of.feature AND c.period = $1) AS installs
    FROM (SELECT feature FROM usage_totals WHERE period = $1 UNION SELECT feature FROM quotas) AS feature_of
    LEFT JOIN (SELECT feature, total FROM usage_totals WHERE period = $1) t USING (feature)
    LEFT JOIN quotas q USING (feature)
   WHERE feature > $2
   ORDER BY feature LIMIT $3`;

/** A write that raises to a maximum may run twice: it does no more the second time. */
const RAISE_AGAIN = { maxAttempts: 2, baseMs: 20, capMs: 100, totalMs: 2_000, budget: 'database' };

@Injectable()
export class UsageRepository {
  constructor(
    private readonly database: Database,
    private readonly transaction: TenantTransaction,
  ) {}

  /** Raises counters of any tenants in one statement. Results in the order of the reports. */
  @Retry(RAISE_AGAIN)
  async reconcile(reports: readonly Report[], signal: AbortSignal): Promise<Reconciled[]> {
    const { folded, placeOf } = fold(reports);
    const rows = await this.database.query<{ ord: number; count: string; total: string; quota: string | null }>(
      RECONCILE,
      [
        folded.map((report) => report.tenantId),
        folded.map((report) => report.feature),
        folded.map((report) => report.period),
        folded.map((report) => report.installId),
        folded.map((report) => report.count),
      ],
      { signal },
    );
    const byOrd = new Map<number, Reconciled>();
    for (const { ord, count, total, quota } of rows)
      byOrd.set(ord - 1, { count: Number(count), total: Number(total), quota: quota === null ? null : Number(quota) });
    return placeOf.map((place) => {
      const reconciled = byOrd.get(place);
      if (!reconciled) throw new Error('a report was not answered');
      return reconciled;
    });
  }

  /** Whether the quota had a unit left. @param ttlSeconds when the unit comes back by itself if the holder dies. */
  async reserve({ tenantId, feature, period, id }: Reservation, ttlSeconds: number): Promise<boolean> {
    const [row] = await this.database.query<{ granted: boolean }>(RESERVE, [tenantId, feature, period, id, ttlSeconds]);
    return row?.granted ?? false;
  }

  async settle({ tenantId, feature, period, id }: Reservation, installId: string): Promise<void> {
    await this.database.query(SETTLE, [tenantId, feature, period, id, installId]);
  }

  /** Outlives the request that held it: a unit must come back also when its client has gone. */
  async release({ tenantId, feature, period, id }: Reservation): Promise<void> {
    await this.database.query(RELEASE, [tenantId, feature, period, id], { signal: null });
  }

  @Retry({ maxAttempts: 3, baseMs: 50, capMs: 500, totalMs: 2_000, budget: 'database' })
  async byFeature(period: string, page: { after: string; limit: number }): Promise<FeatureUsage[]> {
    type Row = { feature: string; count: string; limit: string | null; installs: string };
    const rows = await this.transaction.run((manager) =>
      manager.query<Row[]>(BY_FEATURE, [period, page.after, page.limit]),
    );
    return rows.map(({ feature, count, limit, installs }) => ({
      feature,
      count: Number(count),
      limit: limit === null ? null : Number(limit),
      installs: Number(installs),
    }));
  }
}

/** Several reports of one counter become the highest of them; what is left goes in key order, as all writers do. */
function fold(reports: readonly Report[]): { folded: readonly Report[]; placeOf: readonly number[] } {
  const keys = reports.map(
    ({ tenantId, feature, period, installId }) => `${tenantId}\0${feature}\0${period}\0${installId}`,
  );
  const highest = new Map<string, Report>();
  reports.forEach((report, index) => {
    const key = keys[index] ?? '';
    const known = highest.get(key);
    if (!known || report.count > known.count) highest.set(key, report);
  });
  const order = [...highest.keys()].sort();
  const places = new Map(order.map((key, place) => [key, place]));
  return {
    folded: order.flatMap((key) => highest.get(key) ?? []),
    placeOf: keys.map((key) => places.get(key) ?? -1),
  };
}
