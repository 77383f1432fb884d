import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../config/config.js';
import { TenantTransaction } from '../../database/tenant-transaction.js';
import type { Principal } from '../../reliability/context/request-context.js';
import type { RetentionDto } from './dto/retention.dto.js';
import { Retention } from './retention.entity.js';

/** How long a tenant keeps its sessions. */
@Injectable()
export class RetentionService {
  constructor(
    private readonly transaction: TenantTransaction,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  async set({ tenantId }: Principal, sessionDays: number | null): Promise<RetentionDto> {
    await this.transaction.run((manager) =>
      manager.upsert(Retention, { tenantId, sessionDays, updatedAt: () => 'now()' }, ['tenantId']),
    );
    return this.show(sessionDays);
  }

  async get({ tenantId }: Principal): Promise<RetentionDto> {
    const row = await this.transaction.run((manager) => manager.findOneBy(Retention, { tenantId }));
    return this.show(row?.sessionDays ?? null);
  }

  private show(sessionDays: number | null): RetentionDto {
    const days = sessionDays ?? this.config.sessionRetentionDays;
    return { session_days: sessionDays, effective_session_days: days === 0 ? null : days };
  }
}
