import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { loadConfig } from '../../src/config/config.js';
import { Migrator } from '../../src/database/migrator.js';
import { openDatabase } from '../../src/database/open-database.js';
import { SCHEMA } from '../../src/schema.js';
import { catalogOf } from '../support/catalog.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const ALL = SCHEMA.migrations.map((migration) => migration.name);

const migratorOf = ({ url }: TestDatabase) => new Migrator({ url, schema: SCHEMA });
const done = async (database: TestDatabase) => {
  const rows = await database.query<{ name: string }>('SELECT name FROM system.migrations ORDER BY id');
  return rows.map(({ name }) => name);
};

async function withEmptyDatabase(work: (database: TestDatabase) => Promise<void>): Promise<void> {
  const database = await createTestDatabase({ template: null });
  try {
    await work(database);
  } finally {
    await database.drop();
  }
}

describe('migrating', () => {
  it('by four processes at once runs each migration once, and all come back when the schema is there', async () => {
    await withEmptyDatabase(async (database) => {
      const ran = await Promise.all(Array.from({ length: 4 }, () => migratorOf(database).upIfPending()));
      expect(ran.flat()).toEqual(ALL);
      expect(await done(database)).toEqual(ALL);
    });
  });

  it('again does nothing', async () => {
    await withEmptyDatabase(async (database) => {
      expect(await migratorOf(database).up()).toEqual(ALL);
      const before = await catalogOf(database);
      expect(await migratorOf(database).up()).toEqual([]);
      expect(await migratorOf(database).upIfPending()).toEqual([]);
      expect(await catalogOf(database)).toEqual(before);
    });
  });

  it('down, one by one, leaves what was there before each, and up again makes the same schema', async () => {
    await withEmptyDatabase(async (database) => {
      const steps: string[][] = [];
      for (let count = 0; count <= ALL.length; count++) {
        const schema = { ...SCHEMA, migrations: SCHEMA.migrations.slice(0, count) };
        await new Migrator({ url: database.url, schema }).up();
        steps.push(await catalogOf(database));
      }
      for (let count = ALL.length - 1; count >= 0; count--) {
        await migratorOf(database).down();
        // What the first migration leaves open is the list of migrations itself, and the public's right to look.
        if (count > 0) expect(await catalogOf(database)).toEqual(steps[count]);
      }
      expect(await done(database)).toEqual([]);
      expect(await migratorOf(database).up()).toEqual(ALL);
      expect(await catalogOf(database)).toEqual(steps[ALL.length]);
    });
  });

  it('keeps what a failed migration found, and says what failed', async () => {
    class Broken9999999999999 {
      readonly name = 'Broken9999999999999';
      up = async (runner: { query(sql: string): Promise<unknown> }): Promise<void> => {
        await runner.query('CREATE TABLE half_way (x int)');
        await runner.query('SELECT 1/0');
      };
      down = () => Promise.resolve();
    }
    await withEmptyDatabase(async (database) => {
      await migratorOf(database).up();
      const before = await catalogOf(database);
      const broken = { ...SCHEMA, migrations: [...SCHEMA.migrations, Broken9999999999999] };
      await expect(new Migrator({ url: database.url, schema: broken }).up()).rejects.toThrow(/division by zero/);
      expect(await catalogOf(database)).toEqual(before);
      expect(await done(database)).toEqual(ALL);
    });
  });

  it('does not wait for ever behind a long transaction, and says so', async () => {
    class Waiting9999999999999 {
      readonly name = 'Waiting9999999999999';
      up = async (runner: { query(sql: string): Promise<unknown> }): Promise<void> => {
        await runner.query('ALTER TABLE retention ADD COLUMN late int');
      };
      down = () => Promise.resolve();
    }
    await withEmptyDatabase(async (database) => {
      await migratorOf(database).up();
      const holder = new Client(database.url);
      await holder.connect();
      await holder.query('BEGIN; LOCK TABLE retention IN ACCESS SHARE MODE');
      const waiting = { ...SCHEMA, migrations: [...SCHEMA.migrations, Waiting9999999999999] };
      await expect(new Migrator({ url: database.url, schema: waiting }).up()).rejects.toMatchObject({
        name: 'StartupFault',
        exitCode: 69,
        message: expect.stringContaining('lock'),
      });
      await holder.end();
      expect(await done(database)).toEqual(ALL);
    });
  });
});

describe('drift between entities and migrations', () => {
  let database: TestDatabase;
  beforeAll(async () => void (database = await createTestDatabase()));
  afterAll(() => database.drop());

  it('is none', async () => {
    expect(await migratorOf(database).drift()).toEqual([]);
  });

  it.each([
    ['a column more', 'ALTER TABLE quotas ADD COLUMN extra text', 'ALTER TABLE quotas DROP COLUMN extra'],
    [
      'a column less',
      'ALTER TABLE quotas DROP COLUMN updated_at',
      `ALTER TABLE quotas ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now()`,
    ],
    [
      'another type',
      'ALTER TABLE system.tenants ALTER name TYPE varchar(10)',
      'ALTER TABLE system.tenants ALTER name TYPE text',
    ],
    [
      'a column that may be null',
      'ALTER TABLE system.members ALTER email DROP NOT NULL',
      'ALTER TABLE system.members ALTER email SET NOT NULL',
    ],
    [
      'an index less',
      'DROP INDEX system.members_email_idx',
      'CREATE UNIQUE INDEX members_email_idx ON system.members (tenant_id, email)',
    ],
  ])('is found: %s', async (_what, change, back) => {
    await database.query(change);
    expect(await migratorOf(database).drift()).not.toEqual([]);
    await database.query(back);
    expect(await migratorOf(database).drift()).toEqual([]);
  });
});

describe('a start that leaves migrations to others', () => {
  const start = ({ url }: TestDatabase) =>
    openDatabase({
      config: loadConfig({ DATABASE_URL: url, HOLDFAST_MIGRATE: 'off' }),
      schema: SCHEMA,
      sleep: () => Promise.reject(new Error('waited')),
      log: { info: () => {}, warn: () => {}, debug: () => {} },
    });
  const refusal = { name: 'StartupFault', message: expect.stringContaining('npm run migrate') };

  it('refuses an empty database, and tells what to do', async () => {
    await withEmptyDatabase(async (database) => {
      await expect(start(database)).rejects.toMatchObject(refusal);
    });
  });

  it('refuses a database that was migrated half way', async () => {
    await withEmptyDatabase(async (database) => {
      await migratorOf(database).up();
      await migratorOf(database).down();
      await expect(start(database)).rejects.toMatchObject(refusal);
    });
  });

  it('refuses a database that was taken back to nothing', async () => {
    await withEmptyDatabase(async (database) => {
      await migratorOf(database).up();
      for (const _ of ALL) await migratorOf(database).down();
      await expect(start(database)).rejects.toMatchObject(refusal);
    });
  });

  it('serves one that others have migrated, also beyond this version', async () => {
    await withEmptyDatabase(async (database) => {
      await migratorOf(database).up();
      await database.query(
        `INSERT INTO system.migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')`,
      );
      const open = await start(database);
      await open.close();
    });
  });
});
