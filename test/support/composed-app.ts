import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../../src/app.module.js';
import { loadConfig } from '../../src/config/config.js';
import { openDatabase } from '../../src/database/open-database.js';
import type { Access } from '../../src/http/access.js';
import { createHttpAdapter } from '../../src/http/adapter.js';
import { configureHttp } from '../../src/http/configure.js';
import { systemClock, systemSleep, type Clock } from '../../src/reliability/ports.js';
import { SCHEMA } from '../../src/schema.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { BOOTSTRAP_KEY } from './app.js';
import { ApiClient } from './client.js';
import { createTestDatabase, runFolder, type TestDatabase } from './database.js';
import { ManualClock } from './kernel/manual-clock.js';

/** A route as Fastify knows it. */
export interface ServedRoute {
  readonly method: string;
  readonly path: string;
  readonly access: Access;
}

/** The whole application, composed by the test: on a clock of its own, or beside another one on the same database. */
export interface ComposedApp {
  readonly app: NestFastifyApplication;
  readonly api: ApiClient;
  readonly database: TestDatabase;
  readonly logLines: readonly string[];
  /** What is served, HEAD left out. */
  readonly routes: readonly ServedRoute[];
  close(): Promise<void>;
}

export interface ComposedAppOptions {
  /** What an operator would set. */
  env?: Record<string, string>;
  /** Default: the system's. */
  clock?: Clock;
  /** Default: one of its own, which goes when the application does. */
  database?: TestDatabase;
  /** Routes of the test's own, beside the application's. */
  controllers?: Type[];
}

export async function composeTestApp(options: ComposedAppOptions = {}): Promise<ComposedApp> {
  const clock = options.clock ?? systemClock;
  const database = options.database ?? (await createTestDatabase());
  const dataDir = await mkdtemp(join(runFolder(), 'app-'));
  const logLines: string[] = [];
  const config = loadConfig({
    NODE_ENV: 'test',
    HOLDFAST_DATA_DIR: dataDir,
    HOLDFAST_BOOTSTRAP_KEY: BOOTSTRAP_KEY,
    DATABASE_URL: database.url,
    // A worker that looks for runs once a second would find that an hour passes during its query.
    ...(clock instanceof ManualClock ? { HOLDFAST_ROLE: 'api' } : {}),
    ...options.env,
  });
  const logger = createLogger({ level: config.logLevel, destination: { write: (line) => void logLines.push(line) } });
  const open = await openDatabase({ config, schema: SCHEMA, sleep: systemSleep, log: logger });
  const http = { baseUrl: 'http://holdfast.test', version: '0.0.0' };
  const adapter = createHttpAdapter({ ...http, allowedOrigins: config.allowedOrigins, drainMs: config.drainMs, clock });
  const routes: ServedRoute[] = [];
  adapter.getInstance().addHook('onRoute', ({ method, url, config: settings }) => {
    for (const one of [method].flat())
      if (one !== 'HEAD' && settings?.access !== undefined)
        routes.push({ method: one, path: url, access: settings.access });
  });
  const module = {
    ...AppModule.forRoot({ config, database: open, logger, http, ports: { clock } }),
    controllers: options.controllers ?? [],
  };
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: false,
    abortOnError: false,
    bodyParser: false,
  });
  configureHttp(app);
  await app.listen(0, '127.0.0.1');
  const api = new ApiClient(await app.getUrl(), BOOTSTRAP_KEY);
  return {
    app,
    api,
    database,
    logLines,
    routes,
    close: async () => {
      await app.close();
      await api.close();
      await open.close();
      if (!options.database) await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
