import type { AppConfig } from '../config/config.js';
import { runningEmbeddedPostgres, startEmbeddedPostgres } from './embedded/index.js';
import { databaseUrls, type DatabaseUrls } from './open-database.js';

/**
 * Runs a command of an operator on the database, beside a running instance or without one.
 * @throws StartupFault when the embedded database cannot be started.
 */
export async function withDatabaseUrls<T>(config: AppConfig, work: (urls: DatabaseUrls) => Promise<T>): Promise<T> {
  if (config.database.url !== undefined) return work(databaseUrls(config, undefined));
  const running = await runningEmbeddedPostgres(config.dataDir);
  if (running !== undefined) return work(databaseUrls(config, running));
  const embedded = await startEmbeddedPostgres({ dataDir: config.dataDir });
  try {
    return await work(databaseUrls(config, embedded.url));
  } finally {
    await embedded.stop();
  }
}
