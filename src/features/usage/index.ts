export { UsageModule } from './usage.module.js';
export { ChargesService } from './charges.service.js';
