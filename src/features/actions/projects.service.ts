import { Injectable } from '@nestjs/common';
import { isUuid, newUuid, PREFIX, publicId, uuidOf } from '../../database/id.js';
import { decodeCursor, pageOf, type Page, type PageQuery } from '../../http/page.js';
import type { Principal } from '../../reliability/context/request-context.js';
import { AppError } from '../../reliability/errors/app-error.js';
import type { Project } from './actions.entity.js';
import type { CreateProjectDto, ProjectDto } from './dto/projects.dto.js';
import { ProjectsRepository } from './projects.repository.js';

const FILTERS = { list: 'projects' };

/** Makes and lists projects. */
@Injectable()
export class ProjectsService {
  constructor(private readonly repository: ProjectsRepository) {}

  async create({ tenantId }: Principal, { name }: CreateProjectDto): Promise<ProjectDto> {
    return showProject(await this.repository.insert({ tenantId, id: newUuid(), name }));
  }

  async list({ cursor, limit }: PageQuery): Promise<Page<ProjectDto>> {
    const [after] = decodeCursor(cursor, ['string'], FILTERS) ?? [];
    if (after !== undefined && !isUuid(after)) throw new AppError('invalid_cursor');
    const rows = await this.repository.list({ afterId: after, limit: limit + 1 });
    return pageOf(rows, limit, { item: showProject, position: (row) => [row.id], filters: FILTERS });
  }
}

/** The UUID of a body's `project_id`; does not look up whether the project exists. @throws AppError */
export function projectUuid(id: string): string {
  const uuid = uuidOf(PREFIX.project, id);
  if (uuid === undefined) throw noSuchProject();
  return uuid;
}

/** The error for a body whose `project_id` names no project. */
export function noSuchProject(): AppError {
  const errors = [{ pointer: '/project_id', detail: 'is not the id of a project' }];
  return new AppError('validation_error', { errors });
}

function showProject({ id, name, createdAt }: Project): ProjectDto {
  return { id: publicId(PREFIX.project, id), name, created_at: createdAt.toISOString() };
}
