export { BreakdownModule } from './breakdown.module.js';
