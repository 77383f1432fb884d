import 'reflect-metadata';
import { loadConfig } from './config/config.js';
import { StartupFault } from './config/startup-fault.js';
import { appLoginOf, databaseUrls } from './database/open-database.js';
import { startEmbeddedPostgres } from './database/embedded/index.js';
import { Migrator } from './database/migrator.js';
import { SCHEMA } from './schema.js';

const COMMANDS = ['up', 'down', 'drift'] as const;
type Command = (typeof COMMANDS)[number];

/** `npm run migrate [up|down|drift]`: changes the schema without serving. */
async function main(argument = 'up'): Promise<void> {
  const command = COMMANDS.find((known) => known === argument);
  if (command === undefined) throw new StartupFault(`usage: npm run migrate -- ${COMMANDS.join('|')}`);
  const config = loadConfig();
  const embedded =
    config.database.url === undefined ? await startEmbeddedPostgres({ dataDir: config.dataDir }) : undefined;
  try {
    const urls = databaseUrls(config, embedded?.url);
    await run(command, new Migrator({ url: urls.owner, schema: SCHEMA, appLogin: appLoginOf(urls) }));
  } finally {
    await embedded?.stop();
  }
}

async function run(command: Command, migrator: Migrator): Promise<void> {
  switch (command) {
    case 'up': {
      const ran = await migrator.up();
      return print(ran.length === 0 ? 'nothing to migrate' : `migrated: ${ran.join(', ')}`);
    }
    case 'down':
      await migrator.down();
      return print('reverted the newest migration');
    case 'drift': {
      const queries = await migrator.drift();
      if (queries.length > 0) throw new StartupFault(`entities and migrations differ:\n${queries.join(';\n')}`);
      return print('entities and migrations agree');
    }
    default:
      return command satisfies never;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  await main(process.argv[2]);
} catch (error) {
  process.stderr.write(`holdfast: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof StartupFault ? error.exitCode : 1;
}
