import { Inject, Injectable } from '@nestjs/common';
import { DatabaseSilent } from '../../database/connection-watch.js';
import { DatabaseError } from '../../database/database-error.js';
import { newUuid } from '../../database/id.js';
import { currentContext, type Principal } from '../../reliability/context/request-context.js';
import { AppError, isAppError } from '../../reliability/errors/app-error.js';
import { CLOCK, type Clock } from '../../reliability/ports.js';
import { decodeCursor, pageOf } from '../../http/page.js';
import { isCleanText } from '../../http/text-faults.js';
import type {
  FeatureUsageDto,
  ReconciledBatchDto,
  ReconciledDto,
  ReconcileDto,
  UsageListDto,
  UsageQuery,
} from './dto/usage.dto.js';
import { GroupCommit } from './group-commit.js';
import { periodOf, reportedPeriod } from './period.js';
import {
  UsageRepository,
  type FeatureUsage,
  type Reconciled,
  type Report,
  type Reservation,
  type Settlement,
} from './usage.repository.js';

/** The install that product calls count for when the caller names none. */
export const SERVER_INSTALL = 'server';

/** What a charge may take beyond the deadline of its call, milliseconds. */
const SETTLE_MS = 100;

/** A product call's unit comes back this long after its deadline, should the process die meanwhile; seconds. */
const RESERVATION_GRACE_S = 30;

/** One statement stays far below its time limit with this many rows. */
const MAX_BATCH_ITEMS = 512;
/**
 * A tenant's reports all go by one lane, so two lanes never wait for the same total. While one is on its way to the disk,
 * the other is being read from sockets.
 */
const LANES = 2;

/** In each lane. */
const MAX_WAITING_ITEMS = 8_192;

/** One at a time: two would wait for each other's locks on the totals. */
const GROUP = {
  maxItems: MAX_BATCH_ITEMS,
  maxWaiting: MAX_WAITING_ITEMS,
  concurrency: 1,
  endsWait: (error: unknown) => error instanceof DatabaseSilent,
};

/** Where the writes of some tenants meet. */
interface Lane {
  readonly reports: GroupCommit<Report, Reconciled>;
  readonly reservations: GroupCommit<Reservation & { ttlSeconds: number }, boolean>;
  readonly settlements: GroupCommit<Settlement, Settlement>;
}

@Injectable()
export class UsageService {
  private readonly lanes: readonly Lane[];

  constructor(
    private readonly repository: UsageRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.lanes = Array.from({ length: LANES }, () => ({
      reports: new GroupCommit({ ...GROUP, commit: (items, signal) => repository.reconcile(items, signal) }),
      reservations: new GroupCommit({ ...GROUP, commit: (items, signal) => repository.reserve(items, signal) }),
      settlements: new GroupCommit({
        ...GROUP,
        commit: async (items, signal) => {
          await repository.settle(items, signal);
          return items;
        },
      }),
    }));
  }

  /** @throws as {@link reconcileBatch} */
  async reconcileOne(principal: Principal, report: ReconcileDto): Promise<ReconciledDto> {
    const [reconciled] = await this.commit(principal, [report], () => '');
    if (!reconciled) throw new Error('a report was not answered');
    return reconciled;
  }

  /**
   * Raises the server's counters to what devices report, in one transaction; durable when it returns.
   * @throws AppError validation_error, install_id_mismatch, overloaded, dependency_unavailable
   */
  async reconcileBatch(principal: Principal, reports: readonly ReconcileDto[]): Promise<ReconciledBatchDto> {
    return { items: await this.commit(principal, reports, (index) => `/items/${index}`) };
  }

  /** What the caller's tenant has used in a month, by feature. */
  async list({ period, cursor, limit }: UsageQuery): Promise<UsageListDto> {
    const month = period ?? periodOf(this.clock.epochMs()).slice(0, 7);
    const filters = { list: 'usage', month };
    const [position = ''] = decodeCursor(cursor, ['string'], filters) ?? [];
    const after = String(position);
    if (!isCleanText(after)) throw new AppError('invalid_cursor');
    const rows = await this.repository.byFeature(`${month}-01`, { after, limit: limit + 1 });
    const page = pageOf(rows, limit, { item: showUsage, position: (row) => [row.feature], filters });
    return { period: month, ...page };
  }

  /**
   * Does a product call within the tenant's quota: reserves one unit before, counts it when the call succeeds, gives it
   * back when it fails or says that it must not be charged.
   * @throws AppError quota_exceeded, install_id_mismatch, and what the call throws.
   */
  async charge<T>(
    { principal, feature, installId }: { principal: Principal; feature: string; installId: string | undefined },
    call: () => Promise<{ result: T; chargeable: boolean }>,
  ): Promise<T> {
    const install = ownInstall(principal, installId) ?? SERVER_INSTALL;
    const period = periodOf(this.clock.epochMs());
    const reservation = { id: newUuid(this.clock.epochMs()), tenantId: principal.tenantId, feature, period };
    const { reservations, settlements } = this.laneOf(principal.tenantId);
    const signal = currentContext()?.deadline.signal;
    const end = (charged: boolean) =>
      settlements.submit([{ ...reservation, installId: install, charged }], charged ? signal : undefined);
    try {
      const [granted] = await reservations.submit([{ ...reservation, ttlSeconds: this.reservationSeconds() }], signal);
      if (granted !== true) throw this.quotaExceeded(feature);
      const { result, chargeable } = await call();
      // A deadline that passed while the charge is being committed would charge a call that was answered as failed.
      currentContext()?.deadline.leaveAtLeast(SETTLE_MS);
      await end(chargeable);
      return result;
    } catch (error) {
      // Before the failure is heard: whoever tries again at once must find the unit there. Where the database itself has
      // failed, nobody waits for it twice; the unit comes back when it expires.
      const given = isAppError(error, 'quota_exceeded') ? undefined : end(false).catch(() => {});
      if (!(error instanceof DatabaseError)) await given;
      throw error;
    }
  }

  snapshot(): unknown {
    return this.lanes.map(({ reports }) => reports.snapshot());
  }

  private async commit(
    principal: Principal,
    reports: readonly ReconcileDto[],
    pointerOf: (index: number) => string,
  ): Promise<ReconciledDto[]> {
    const nowMs = this.clock.epochMs();
    const committed = await this.laneOf(principal.tenantId).reports.submit(
      reports.map((report, index) => ({
        tenantId: principal.tenantId,
        feature: report.feature,
        period: reportedPeriod(report.since, nowMs, `${pointerOf(index)}/since`),
        installId: ownInstall(principal, report.install_id) ?? missingInstall(`${pointerOf(index)}/install_id`),
        count: report.local_count,
      })),
      currentContext()?.deadline.signal,
    );
    const reconciledAt = new Date(this.clock.epochMs()).toISOString();
    return committed.map(({ count, total, quota }) => ({
      server_count: count,
      effective_remaining: remaining(quota, total),
      reconciled_at: reconciledAt,
    }));
  }

  private laneOf(tenantId: string): Lane {
    const lane = this.lanes[Number.parseInt(tenantId.slice(-4), 16) % LANES];
    if (!lane) throw new Error('a tenant id is not a UUID');
    return lane;
  }

  private reservationSeconds(): number {
    const remainingMs = currentContext()?.deadline.remainingMs() ?? 0;
    return Math.ceil((Number.isFinite(remainingMs) ? remainingMs : 0) / 1000) + RESERVATION_GRACE_S;
  }

  private quotaExceeded(feature: string): AppError {
    const now = new Date(this.clock.epochMs());
    const nextMonthMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1);
    return new AppError('quota_exceeded', {
      detail: `The quota of ${feature} is used up until the next UTC month, or calls under way hold the rest of it.`,
      retryAfterMs: nextMonthMs - now.getTime(),
    });
  }
}

/** Never below zero: devices report what they have already used, also beyond the quota. */
function remaining(quota: number | null, total: number): number | null {
  return quota === null ? null : Math.max(0, quota - total);
}

function showUsage({ feature, count, limit, installs }: FeatureUsage): FeatureUsageDto {
  return { feature, count, limit, remaining: remaining(limit, count), installs };
}

/** A client token speaks for its own install and no other. */
function ownInstall(principal: Principal, installId: string | undefined): string | undefined {
  if (principal.installId === undefined || installId === undefined) return installId ?? principal.installId;
  if (installId !== principal.installId) throw new AppError('install_id_mismatch');
  return installId;
}

function missingInstall(pointer: string): never {
  throw new AppError('validation_error', { errors: [{ pointer, detail: 'is required with an API key' }] });
}
