export { TenancyModule } from './tenancy.module.js';
export { keyFileOf } from './bootstrap.js';
