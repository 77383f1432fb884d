import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BOOTSTRAP_KEY } from './app.js';
import { ApiClient } from './client.js';
import { createTestDatabase, runFolder, type TestDatabase } from './database.js';
import { AppProcess } from './process.js';

export interface ReplicaProcess {
  readonly app: AppProcess;
  readonly baseUrl: string;
  readonly api: ApiClient;
}

/** Processes of the built application on one database, as many as a test starts. */
export class ReplicaProcesses {
  private readonly apps: AppProcess[] = [];

  private constructor(
    readonly database: TestDatabase,
    private readonly folder: string,
  ) {}

  static async open(): Promise<ReplicaProcesses> {
    return new ReplicaProcesses(await createTestDatabase(), await mkdtemp(join(runFolder(), 'replicas-')));
  }

  /** One more, which is ready. */
  async start(env: Record<string, string> = {}): Promise<ReplicaProcess> {
    const app = this.begin({ PORT: '0', ...env });
    const baseUrl = await app.ready();
    return { app, baseUrl, api: new ApiClient(baseUrl, BOOTSTRAP_KEY) };
  }

  /** One more, which is not waited for. */
  begin(env: Record<string, string>): AppProcess {
    const app = new AppProcess({
      DATABASE_URL: this.database.url,
      HOLDFAST_DATA_DIR: this.folder,
      HOLDFAST_BOOTSTRAP_KEY: BOOTSTRAP_KEY,
      ...env,
    });
    this.apps.push(app);
    return app;
  }

  /** Kills all that run. */
  async sweep(): Promise<void> {
    await Promise.all(this.apps.splice(0).map((app) => app.stop('SIGKILL')));
  }

  async close(): Promise<void> {
    await this.sweep();
    await this.database.drop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
