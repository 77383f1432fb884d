export { TenancyModule } from './tenancy.module.js';
export { createDefaultKey, keyFileOf } from './bootstrap.js';
