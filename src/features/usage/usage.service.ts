import { Inject, Injectable } from '@nestjs/common';
import { currentContext, type Principal } from '../../reliability/context/request-context.js';
import { AppError } from '../../reliability/errors/app-error.js';
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
import { GroupCommit, WRITE_GROUP } from '../../database/group-commit.js';
import { ownInstall } from './own-install.js';
import { periodOf, reportedPeriod } from './period.js';
import { UsageRepository, type FeatureUsage, type Reconciled, type Report } from './usage.repository.js';

/** Takes what devices report, and tells what was used. */
@Injectable()
export class UsageService {
  private readonly reports: GroupCommit<Report, Reconciled>;

  constructor(
    private readonly repository: UsageRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.reports = new GroupCommit({
      ...WRITE_GROUP,
      commit: (items, signal) => repository.reconcile(items, signal),
    });
  }

  /** @throws as {@link reconcileBatch} */
  async reconcileOne(principal: Principal, report: ReconcileDto): Promise<ReconciledDto> {
    const [reconciled] = await this.commit(principal, [report], () => '');
    if (!reconciled) throw new Error('reconciling one report gave no result');
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

  snapshot(): unknown {
    return this.reports.snapshot();
  }

  private async commit(
    principal: Principal,
    reports: readonly ReconcileDto[],
    pointerOf: (index: number) => string,
  ): Promise<ReconciledDto[]> {
    const nowMs = this.clock.epochMs();
    const committed = await this.reports.submit(
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
}

/** Never below zero: devices report what they have already used, also beyond the quota. */
function remaining(quota: number | null, total: number): number | null {
  return quota === null ? null : Math.max(0, quota - total);
}

function showUsage({ feature, count, limit, installs }: FeatureUsage): FeatureUsageDto {
  return { feature, count, limit, remaining: remaining(limit, count), installs };
}

function missingInstall(pointer: string): never {
  throw new AppError('validation_error', { errors: [{ pointer, detail: 'is required with an API key' }] });
}
