export { UsageApiModule, UsageModule } from './usage.module.js';
export { ChargesService, type ChargedResult } from './charges.service.js';
export { HoldsService, type Hold, type UnitTaking } from './holds.service.js';
export { turnToBegin } from './unit-turns.js';
