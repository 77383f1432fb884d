import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import type { AppConfig } from './config/config.js';
import { VERSION } from './config/package.js';
import { openDatabase, type OpenDatabase } from './database/open-database.js';
import { createHttpAdapter } from './http/adapter.js';
import { configureHttp } from './http/configure.js';
import { bind, choosePort, urlOf } from './http/listen.js';
import { systemSleep } from './reliability/ports.js';
import { SCHEMA } from './schema.js';
import type { Logger } from './telemetry/logger.js';
import { NestLogger } from './telemetry/nest-logger.js';

/** A process that serves. */
export interface Serving {
  readonly baseUrl: string;
  /** Where the embedded database keeps its files; undefined when the operator runs the database. */
  readonly databaseLocation: string | undefined;
  /** Resolves when the process can no longer do its work. */
  readonly broken: Promise<string>;
  /** Drains, then closes everything. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Opens the database, composes the application and listens.
 * @param stop aborts the start, which leaves nothing behind.
 * @throws StartupFault; the reason of `stop`.
 */
export async function serve(config: AppConfig, logger: Logger, stop?: AbortSignal): Promise<Serving> {
  const port = await choosePort(config.host, config.port);
  const database = await openDatabase({ config, schema: SCHEMA, sleep: systemSleep, log: logger, stop });
  let app: NestFastifyApplication | undefined;
  try {
    const http = { baseUrl: config.baseUrl ?? urlOf(config.host, port), version: VERSION };
    app = await createApp({ config, database, logger, http });
    dropStartupGarbage();
    const listening = await bind(app, { host: config.host, chosen: port, asked: config.port });
    // With port 0 the port is known only now; no request has been answered yet.
    if (config.baseUrl === undefined) http.baseUrl = urlOf(config.host, listening);
    return serving(app, database, http.baseUrl);
  } catch (error) {
    await app?.close();
    await database.close();
    throw error;
  }
}

async function createApp(parts: {
  config: AppConfig;
  database: OpenDatabase;
  logger: Logger;
  http: { baseUrl: string; version: string };
}): Promise<NestFastifyApplication> {
  const adapter = createHttpAdapter({
    get baseUrl() {
      return parts.http.baseUrl;
    },
    allowedOrigins: parts.config.allowedOrigins,
    drainMs: parts.config.drainMs,
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(parts), adapter, {
    logger: new NestLogger(parts.logger),
    abortOnError: false,
    bodyParser: false,
  });
  configureHttp(app);
  await app.init();
  return app;
}

/**
 * Loading and composing leaves some 30 MB of garbage, and a young generation grown to hold it. Collected now, while no
 * request waits, none of it stays resident. Does nothing without `--expose-gc`, which `npm start` gives.
 */
function dropStartupGarbage(): void {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

function serving(app: NestFastifyApplication, database: OpenDatabase, baseUrl: string): Serving {
  let stopping: Promise<void> | undefined;
  return {
    baseUrl,
    databaseLocation: database.embedded?.location,
    broken: new Promise((resolve) => {
      void database.embedded?.crashed.then((reason) => {
        const said = reason === undefined ? '' : ` It said: ${reason}`;
        resolve(`The embedded Postgres has ended. Start Holdfast again: acknowledged data is kept.${said}`);
      });
    }),
    stop: () => (stopping ??= closeAll(app, database)),
  };
}

async function closeAll(app: NestFastifyApplication, database: OpenDatabase): Promise<void> {
  try {
    await app.close();
  } finally {
    await database.close();
  }
}
