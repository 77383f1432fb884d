import 'reflect-metadata';
import { Client } from 'pg';
import { command } from './config/command.js';
import { loadConfig, type AppConfig } from './config/config.js';
import { EXIT, StartupFault } from './config/startup-fault.js';
import { ownerConnection } from './database/connection-options.js';
import { DatabaseError, toDatabaseError } from './database/database-error.js';
import { hasEmbeddedPostgres } from './database/embedded/index.js';
import { explainLogin, notMigrated } from './database/open-database.js';
import { withDatabaseUrls } from './database/operator-session.js';
import { explainConnecting, unreachable } from './database/startup-wait.js';
import { createDefaultKey } from './features/tenancy/index.js';

/** `npm run keys -- create`: makes a new key with all scopes for tenant `default`, for an operator who lost the first one. */
async function main([argument, ...more]: readonly string[]): Promise<void> {
  if (argument !== 'create' || more.length > 0) throw new StartupFault('usage: npm run keys -- create', EXIT.usage);
  const config = loadConfig();
  if (config.database.url === undefined && !hasEmbeddedPostgres(config.dataDir))
    throw new StartupFault(
      `There is no database in ${config.dataDir}: run \`npm start\` once, which makes it and its first key, or set ` +
        'HOLDFAST_DATA_DIR or DATABASE_URL as the server has them.',
    );
  const token = await withDatabaseUrls(config, (urls) => create(urls.app, config));
  process.stdout.write(`${token}\n`);
}

async function create(url: string, config: AppConfig): Promise<string> {
  const client = new Client(ownerConnection(url));
  try {
    await client.connect().catch((error: unknown) => {
      throw explainConnecting(error);
    });
    const token = await createDefaultKey((text, values) => client.query(text, values), config);
    if (token === undefined)
      throw new StartupFault('There is no tenant yet: run `npm start` once, which makes it and its first key.');
    return token;
  } catch (error) {
    throw explain(error);
  } finally {
    await client.end().catch(() => {});
  }
}

function explain(error: unknown): unknown {
  const fault = error instanceof StartupFault ? undefined : toDatabaseError(error);
  if (!(fault instanceof DatabaseError)) return error;
  if (fault.sqlState === '42P01' || fault.sqlState === '3F000') return notMigrated();
  return fault.fault === 'unavailable' ? unreachable(error) : explainLogin(error);
}

await command(() => main(process.argv.slice(2)));
