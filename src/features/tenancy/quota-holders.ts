import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/**
 * Makes a limit hold that is being set for a tenant, in the transaction that sets it: what is under way and holds no unit of the
 * quota is given one; what would begin without one no longer does.
 */
export type HoldUnits = (manager: EntityManager, tenantId: string) => void | Promise<void>;

/** Features that do not reserve a unit for everything while there is no limit: as soon as there is one, it holds. */
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
