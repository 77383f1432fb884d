import 'reflect-metadata';
import { loadConfig } from './config/config.js';
import { command } from './config/command.js';
import { EXIT, StartupFault } from './config/startup-fault.js';
import { DatabaseError, toDatabaseError } from './database/database-error.js';
import { appLoginOf, explainMigrating, type DatabaseUrls } from './database/open-database.js';
import { withDatabaseUrls } from './database/operator-session.js';
import { Migrator } from './database/migrator.js';
import { unreachable } from './database/startup-wait.js';
import { SCHEMA } from './schema.js';

const COMMANDS = ['up', 'down', 'drift'] as const;
type Command = (typeof COMMANDS)[number];

/** `npm run migrate [up|down|drift]`: changes the schema without serving. */
async function main([argument = 'up', ...more]: readonly string[]): Promise<void> {
  const wanted = COMMANDS.find((known) => known === argument);
  // `down --help` must not revert a migration.
  if (wanted === undefined || more.length > 0)
    throw new StartupFault(`usage: npm run migrate -- ${COMMANDS.join('|')}`, EXIT.usage);
  await withDatabaseUrls(loadConfig(), (urls) =>
    run(wanted, new Migrator({ url: urls.owner, schema: SCHEMA, appLogin: appLoginOf(urls) })).catch((error) => {
      throw explain(error, urls);
    }),
  );
}

function explain(error: unknown, urls: DatabaseUrls): unknown {
  if (error instanceof StartupFault) return error;
  const fault = toDatabaseError(error);
  if (fault instanceof DatabaseError && fault.fault === 'unavailable') return unreachable(error);
  return explainMigrating(error, urls);
}

async function run(wanted: Command, migrator: Migrator): Promise<void> {
  switch (wanted) {
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
      return wanted satisfies never;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await command(() => main(process.argv.slice(2)));
