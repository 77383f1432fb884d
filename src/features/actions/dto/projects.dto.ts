import { CodePoints } from '../../../http/validators.js';

export class CreateProjectDto {
  @CodePoints({ min: 1, max: 200 })
  name: string;
}

export class ProjectDto {
  /** @example prj_01jd8m6q8zv4c0r5k2t7w9x1y3 */
  id: string;
  name: string;
  created_at: string;
}

export class ProjectListDto {
  data: ProjectDto[];
  next_cursor: string | null;
}
