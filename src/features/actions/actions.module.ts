import { Module } from '@nestjs/common';
import { ActionsController } from './actions.controller.js';
import { ActionsRepository } from './actions.repository.js';
import { ActionsService } from './actions.service.js';
import { ProjectsController } from './projects.controller.js';
import { ProjectsRepository } from './projects.repository.js';
import { ProjectsService } from './projects.service.js';

/** For features that plan actions, also on workers: without routes. */
@Module({
  providers: [ActionsRepository, ActionsService, ProjectsRepository, ProjectsService],
  exports: [ActionsService, ProjectsService],
})
export class ActionsModule {}

/** The routes. */
@Module({ imports: [ActionsModule], controllers: [ActionsController, ProjectsController] })
export class ActionsApiModule {}
