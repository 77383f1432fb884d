import { Injectable } from '@nestjs/common';
import { TenantTransaction } from '../../database/tenant-transaction.js';
import { pageAmong, type PageQuery } from '../../http/page.js';
import type { Principal } from '../../reliability/context/request-context.js';
import { AppError } from '../../reliability/errors/app-error.js';
import type { QuotaDto, QuotaListDto } from './dto/quota.dto.js';
import { QuotaHolders } from './quota-holders.js';
import { Quota } from './tenancy.entity.js';

/** What a tenant can be given a monthly limit of. */
const QUOTA_FEATURES = ['breakdown', 'chat', 'session'] as const;

/** Sets and lists the monthly limits of a tenant. */
@Injectable()
export class QuotasService {
  constructor(
    private readonly transaction: TenantTransaction,
    private readonly holders: QuotaHolders,
  ) {}

  /** From here on, work that is under way counts. @throws AppError not_found when there is no such feature. */
  async set({ tenantId }: Principal, feature: string, limit: number | null): Promise<QuotaDto> {
    if (!QUOTA_FEATURES.some((known) => known === feature))
      throw new AppError('not_found', {
        detail: `There is no such feature; quotas exist for ${QUOTA_FEATURES.join(', ')}.`,
      });
    await this.transaction.run(async (manager) => {
      const row = { tenantId, feature, limit: limit === null ? null : String(limit), updatedAt: () => 'now()' };
      await manager.upsert(Quota, row, ['tenantId', 'feature']);
      if (limit !== null) await this.holders.holdUnits(manager, tenantId, feature);
    });
    return { feature, limit };
  }

  /** @throws AppError invalid_cursor */
  async list({ tenantId }: Principal, query: PageQuery): Promise<QuotaListDto> {
    const rows = await this.transaction.run((manager) => manager.findBy(Quota, { tenantId }));
    const limits = new Map(rows.map(({ feature, limit }) => [feature, limit === null ? null : Number(limit)]));
    const quotas = QUOTA_FEATURES.map((feature) => ({ feature, limit: limits.get(feature) ?? null }));
    return pageAmong(quotas, query, ({ feature }) => feature);
  }
}
