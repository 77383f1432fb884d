import { Injectable } from '@nestjs/common';
import { READ_AGAIN } from '../../database/retry-terms.js';
import { TenantTransaction } from '../../database/tenant-transaction.js';
import { Retry } from '../../reliability/retry/retry.decorator.js';
import { Project } from './actions.entity.js';

/** A tenant's projects. */
@Injectable()
export class ProjectsRepository {
  constructor(private readonly transaction: TenantTransaction) {}

  async insert(project: Pick<Project, 'tenantId' | 'id' | 'name'>): Promise<Project> {
    return this.transaction.run(async (manager) => {
      await manager.insert(Project, project);
      return manager.findOneByOrFail(Project, { id: project.id });
    });
  }

  @Retry(READ_AGAIN)
  async list({ afterId, limit }: { afterId: string | undefined; limit: number }): Promise<Project[]> {
    return this.transaction.run((manager) => {
      const query = manager.createQueryBuilder(Project, 'project').orderBy('project.id').limit(limit);
      return (afterId === undefined ? query : query.where('project.id > :afterId', { afterId })).getMany();
    });
  }
}
