import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/**
 * Makes a tenant's new limit hold, in the transaction that sets it: work under way that holds no unit of the quota is given one,
 * and no more work begins without one.
 */
export type HoldUnits = (manager: EntityManager, tenantId: string) => void | Promise<void>;

/** Features that do not reserve units while there is no limit, each with what makes a new limit hold at once. */
@Injectable()
export class QuotaHolders {
  private readonly holders = new Map<string, HoldUnits>();

  add(feature: string, holdUnits: HoldUnits): void {
    this.holders.set(feature, holdUnits);
  }

  async holdUnits(manager: EntityManager, tenantId: string, feature: string): Promise<void> {
    await this.holders.get(feature)?.(manager, tenantId);
  }
}
