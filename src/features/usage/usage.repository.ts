import { Injectable } from '@nestjs/common';
import { DatabaseError } from '../../database/database-error.js';
import { Database, type Statement } from '../../database/database.js';
import { READ_AGAIN } from '../../database/retry-terms.js';
import { TenantTransaction } from '../../database/tenant-transaction.js';
import { Retry } from '../../reliability/retry/retry.decorator.js';
import { BY_FEATURE, CHARGE, CHARGE_ONE, RECONCILE, RESERVE, SETTLE } from './usage.statements.js';

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

/** A holder that dies gives its unit back after this long. */
export interface TimedReservation extends Reservation {
  readonly ttlSeconds: number;
}

/** A call that counts for an install. */
export interface Charge extends Reservation {
  readonly installId: string;
}

/** How a reservation ended. */
export interface Settlement extends Charge {
  /** Whether the call counts. */
  readonly charged: boolean;
}

export interface FeatureUsage {
  readonly feature: string;
  readonly count: number;
  readonly limit: number | null;
  readonly installs: number;
}

/** A write that raises counters to a maximum may run twice: the second run changes nothing. */
const RAISE_AGAIN = { maxAttempts: 2, baseMs: 20, capMs: 100, totalMs: 2_000, budget: 'database' };

/** A transaction that lost against another was rolled back whole, so even a write that must not run twice may be retried. */
const BEGIN_AGAIN = {
  maxAttempts: 3,
  baseMs: 20,
  capMs: 100,
  totalMs: 2_000,
  budget: 'database',
  retryable: (error: unknown) => error instanceof DatabaseError && error.fault === 'serialization',
};

/** Counters, totals and reservations, in few statements. */
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
    const [row] = await this.database.query<{ counts: string; totals: string; quotas: string }>(
      RECONCILE,
      [
        plainList(folded.map((report) => report.tenantId)),
        folded.map((report) => report.feature),
        plainList(folded.map((report) => report.period)),
        folded.map((report) => report.installId),
        plainList(folded.map((report) => report.count)),
      ],
      { signal },
    );
    if (!row) throw new Error('usage_reconcile returned no row');
    const counts = readPlainList(row.counts);
    const totals = readPlainList(row.totals);
    const quotas = readPlainList(row.quotas);
    return placeOf.map((place) => ({
      count: Number(counts[place]),
      total: Number(totals[place]),
      quota: quotas[place] === 'NULL' ? null : Number(quotas[place]),
    }));
  }

  /** @returns the units that are left after each: infinite without a limit, negative where there was none to take. */
  @Retry(BEGIN_AGAIN)
  async reserve(wanted: readonly TimedReservation[], signal: AbortSignal): Promise<number[]> {
    const values = [...keysOf(wanted), plainList(wanted.map(({ ttlSeconds }) => ttlSeconds))];
    return this.take(RESERVE, values, signal);
  }

  /** Counts calls that have reserved nothing, as far as there are units. @returns what {@link reserve} does. */
  @Retry(BEGIN_AGAIN)
  async charge(charges: readonly Charge[], signal: AbortSignal): Promise<number[]> {
    const [only] = charges;
    if (only && charges.length === 1) return [await this.chargeOne(only, signal)];
    return this.take(CHARGE, [...keysOf(charges), charges.map(({ installId }) => installId)], signal);
  }

  /** Ends reservations: the charged ones become one more on their install's counter. */
  @Retry(BEGIN_AGAIN)
  async settle(ended: readonly Settlement[], signal: AbortSignal): Promise<void> {
    const installs = ended.map(({ installId }) => installId);
    const values = [...keysOf(ended), installs, plainList(ended.map(({ charged }) => (charged ? 't' : 'f')))];
    await this.database.query(SETTLE, values, { signal });
  }

  @Retry(READ_AGAIN)
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

  private async chargeOne({ tenantId, feature, period, installId }: Charge, signal: AbortSignal): Promise<number> {
    const values = [tenantId, feature, period, installId];
    const [row] = await this.database.query<{ left_after: string | null }>(CHARGE_ONE, values, { signal });
    if (!row) throw new Error('usage_charge_one returned no row');
    return row.left_after === null ? Infinity : Number(row.left_after);
  }

  private async take(statement: Statement, values: readonly unknown[], signal: AbortSignal): Promise<number[]> {
    const [row] = await this.database.query<{ left_after: string }>(statement, values, { signal });
    if (!row) throw new Error(`${statement.name ?? 'the statement'} returned no row`);
    return readPlainList(row.left_after).map((left) => (left === 'NULL' ? Infinity : Number(left)));
  }
}

/** The first four arguments of the functions on reservations. */
function keysOf(reservations: readonly Reservation[]): (string | string[])[] {
  return [
    plainList(reservations.map(({ tenantId }) => tenantId)),
    reservations.map(({ feature }) => feature),
    plainList(reservations.map(({ period }) => period)),
    plainList(reservations.map(({ id }) => id)),
  ];
}

/** An array for Postgres whose elements need no quotes: numbers, dates, UUIDs. */
function plainList(values: readonly (string | number)[]): string {
  return `{${values.join(',')}}`;
}

function readPlainList(text: string): readonly string[] {
  return text.slice(1, -1).split(',');
}

/** Several reports of one counter become the highest of them; what is left goes in key order, as all writers do. */
function fold(reports: readonly Report[]): { folded: readonly Report[]; placeOf: readonly number[] } {
  const folded: Report[] = [];
  const placeOf: number[] = Array.from(reports, () => -1);
  const indexed = reports.map((report, index) => ({ report, index }));
  for (const { report, index } of indexed.sort((one, other) => byCounter(one.report, other.report))) {
    const known = folded.at(-1);
    if (!known || byCounter(known, report) !== 0) folded.push(report);
    else if (report.count > known.count) folded[folded.length - 1] = report;
    placeOf[index] = folded.length - 1;
  }
  return { folded, placeOf };
}

/** Zero for two of one counter. */
function byCounter(one: Report, other: Report): number {
  if (one.tenantId !== other.tenantId) return one.tenantId < other.tenantId ? -1 : 1;
  if (one.feature !== other.feature) return one.feature < other.feature ? -1 : 1;
  if (one.period !== other.period) return one.period < other.period ? -1 : 1;
  if (one.installId !== other.installId) return one.installId < other.installId ? -1 : 1;
  return 0;
}
