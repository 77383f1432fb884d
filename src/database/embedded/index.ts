export { startEmbeddedPostgres } from './start.js';
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './start.js';
export { hasEmbeddedPostgres, runningEmbeddedPostgres } from './attach.js';
