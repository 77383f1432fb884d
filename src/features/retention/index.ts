export { RetentionApiModule, RetentionModule } from './retention.module.js';
