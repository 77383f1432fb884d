export { TenancyModule } from './tenancy.module.js';
export { QuotaHolders } from './quota-holders.js';
export { StreamTickets } from './stream-tickets.js';
export { createDefaultKey, keyFileOf } from './bootstrap.js';
