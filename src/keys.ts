import 'reflect-metadata';
import { Client } from 'pg';
import { command } from './config/command.js';
import { loadConfig, type AppConfig } from './config/config.js';
import { EXIT, StartupFault } from './config/startup-fault.js';
import { ownerConnection } from './database/connection-options.js';
import { withDatabaseUrls } from './database/operator-session.js';
import { createDefaultKey } from './features/tenancy/index.js';

/** `npm run keys -- create`: a new key that holds all scopes for tenant `default`, for whoever lost it. */
async function main(argument: string | undefined): Promise<void> {
  if (argument !== 'create') throw new StartupFault('usage: npm run keys -- create', EXIT.usage);
  const config = loadConfig();
  const token = await withDatabaseUrls(config, (urls) => create(urls.app, config));
  process.stdout.write(`${token}\n`);
}

async function create(url: string, config: AppConfig): Promise<string> {
  const client = new Client(ownerConnection(url));
  await client.connect();
  try {
    const token = await createDefaultKey((text, values) => client.query(text, values), config);
    if (token === undefined)
      throw new StartupFault('There is no tenant yet: run `npm start` once, which makes it and its first key.');
    return token;
  } finally {
    await client.end();
  }
}

await command(() => main(process.argv[2]));
