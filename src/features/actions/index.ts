export { ActionsApiModule, ActionsModule } from './actions.module.js';
export type { Action } from './actions.entity.js';
export { ActionsService } from './actions.service.js';
export { noSuchProject, projectUuid } from './projects.service.js';
