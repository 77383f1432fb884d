import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { Access } from '../../http/access.js';
import { PageQuery } from '../../http/page.js';
import { currentPrincipal } from '../../reliability/context/request-context.js';
import { CreateProjectDto, ProjectDto, ProjectListDto } from './dto/projects.dto.js';
import { ProjectsService } from './projects.service.js';

/** Projects, which group sessions and their actions. */
@Controller('v1/projects')
@Access('member')
export class ProjectsController {
  constructor(private readonly projects: ProjectsService) {}

  /** Makes a project, under which sessions and their actions can be put. */
  @Post()
  @HttpCode(201)
  create(@Body() body: CreateProjectDto): Promise<ProjectDto> {
    return this.projects.create(currentPrincipal(), body);
  }

  /** Lists the tenant's projects. */
  @Get()
  list(@Query() query: PageQuery): Promise<ProjectListDto> {
    return this.projects.list(query);
  }
}
