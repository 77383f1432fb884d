import { Injectable } from '@nestjs/common';
import { pageAmong, type PageQuery } from '../../http/page.js';
import type { TemplateListDto } from './dto/breakdown.dto.js';
import { TemplateLibrary } from './templates/template-library.js';

/** Lists the templates that a breakdown can start from. */
@Injectable()
export class TemplatesService {
  constructor(private readonly library: TemplateLibrary) {}

  /** @throws AppError invalid_cursor */
  list(query: PageQuery): TemplateListDto {
    const templates = this.library.list().map(({ id, title }) => ({ id, title: title.en, titles: { ...title } }));
    return pageAmong(templates, query, ({ id }) => id);
  }
}
