import { Injectable } from '@nestjs/common';
import type { EntityManager, FindOptionsWhere } from 'typeorm';
import { READ_AGAIN } from '../../database/retry-terms.js';
import { TenantTransaction } from '../../database/tenant-transaction.js';
import { Retry } from '../../reliability/retry/retry.decorator.js';
import { Action } from './actions.entity.js';

/** The values that lists of actions are sorted by. */
export type ActionPlace = Pick<Action, 'sessionId' | 'position' | 'id'>;

export type ActionFilter = Pick<FindOptionsWhere<Action>, 'sessionId' | 'projectId' | 'status'>;

export type ActionChange = Partial<Pick<Action, 'status' | 'title' | 'detail' | 'replanSessionId'>>;

/** A tenant's actions. */
@Injectable()
export class ActionsRepository {
  constructor(private readonly transaction: TenantTransaction) {}

  @Retry(READ_AGAIN)
  async list(filter: ActionFilter, page: { after: ActionPlace | undefined; limit: number }): Promise<Action[]> {
    return this.transaction.run((manager) => {
      const query = manager
        .createQueryBuilder(Action, 'action')
        .where(filter)
        .orderBy({ 'action.sessionId': 'ASC', 'action.position': 'ASC', 'action.id': 'ASC' })
        .limit(page.limit);
      if (page.after)
        query.andWhere('(action.sessionId, action.position, action.id) > (:sessionId, :position, :id)', page.after);
      return query.getMany();
    });
  }

  @Retry(READ_AGAIN)
  async find(id: string): Promise<Action | null> {
    return this.transaction.run((manager) => manager.findOneBy(Action, { id }));
  }

  /** Locks the row until the transaction ends. */
  async lock(manager: EntityManager, id: string): Promise<Action | null> {
    return manager.findOne(Action, { where: { id }, lock: { mode: 'for_no_key_update' } });
  }

  /** Changes a locked row. */
  async change(manager: EntityManager, action: Action, change: ActionChange): Promise<Action> {
    const { tenantId, id } = action;
    await manager.update(Action, { tenantId, id }, { ...change, updatedAt: () => 'now()' });
    return Object.assign(action, change);
  }
}
