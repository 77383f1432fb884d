import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/config.js';
import { serve, type Serving } from '../../src/serve.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { ApiClient } from './client.js';
import { createTestDatabase, runFolder, type TestDatabase } from './database.js';

/** All scopes, tenant `default`. */
export const BOOTSTRAP_KEY = 'bootstrap-key-of-the-tests-0123456789';

/** The whole application, served by this process on a port of its own. */
export interface TestApp {
  readonly serving: Serving;
  readonly database: TestDatabase;
  readonly baseUrl: string;
  /** Calls with the bootstrap key, unless told otherwise; every answer is held against the API document. */
  readonly api: ApiClient;
  /** What was logged, line by line. */
  readonly logLines: readonly string[];
  close(): Promise<void>;
}

/** Starts the application on a database of its own. `env` is what an operator would set. */
export async function startTestApp(env: Record<string, string> = {}): Promise<TestApp> {
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(join(runFolder(), 'app-'));
  const logLines: string[] = [];
  const config = loadConfig({
    NODE_ENV: 'test',
    PORT: '0',
    LOG_LEVEL: 'info',
    HOLDFAST_DATA_DIR: dataDir,
    HOLDFAST_BOOTSTRAP_KEY: BOOTSTRAP_KEY,
    DATABASE_URL: database.url,
    ...env,
  });
  const logger = createLogger({ level: config.logLevel, destination: { write: (line) => void logLines.push(line) } });
  const serving = await serve(config, logger);
  return {
    serving,
    database,
    baseUrl: serving.baseUrl,
    api: new ApiClient(serving.baseUrl, BOOTSTRAP_KEY),
    logLines,
    close: async () => {
      await serving.stop();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
