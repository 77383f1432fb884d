export { SessionsApiModule, SessionsModule } from './sessions.module.js';
export { SessionsRepository } from './sessions.repository.js';
export { showSession } from './session-view.js';
