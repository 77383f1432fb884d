import { Injectable } from '@nestjs/common';
import type { TemplateListDto } from './dto/breakdown.dto.js';
import { TemplateLibrary } from './templates/template-library.js';

@Injectable()
export class TemplatesService {
  constructor(private readonly library: TemplateLibrary) {}

  /** All templates on one page: there are no more than an operator writes. */
  list(): TemplateListDto {
    const data = this.library.list().map(({ id, title }) => ({ id, title: title.en, titles: { ...title } }));
    return { data, next_cursor: null };
  }
}
