import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { QuotaHolders } from '../tenancy/index.js';
import { HoldsService } from '../usage/index.js';
import { HOLD_SECONDS } from './run/run-limits.js';
import { SESSION_FEATURE } from './session-feature.js';

/** Locked, so that no session ends after it was read and before it gets a unit, which would never be given back. */
const UNDER_WAY = `
  SELECT id FROM sessions WHERE tenant_id = $1 AND status IN ('queued', 'running', 'paused') ORDER BY id FOR SHARE`;

/** Makes the sessions under way count in a quota that is set later. */
@Injectable()
export class SessionHolds implements OnModuleInit {
  constructor(
    private readonly quotas: QuotaHolders,
    private readonly holds: HoldsService,
  ) {}

  onModuleInit(): void {
    this.quotas.add(SESSION_FEATURE, (manager, tenantId) => this.takeUnits(manager, tenantId));
  }

  private async takeUnits(manager: EntityManager, tenantId: string): Promise<void> {
    await this.holds.awaitBeginnings(manager, { tenantId, feature: SESSION_FEATURE });
    const rows = await manager.query<{ id: string }[]>(UNDER_WAY, [tenantId]);
    const ids = rows.map(({ id }) => id);
    await this.holds.takeForAll(manager, { tenantId, feature: SESSION_FEATURE, ids }, HOLD_SECONDS);
  }
}
