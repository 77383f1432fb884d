import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../../src/config/package.js';
import type { SessionDto } from '../../../src/features/sessions/dto/session.dto.js';
import { BOOTSTRAP_KEY } from '../app.js';
import { chainEnv } from '../chain-app.js';
import { ApiClient } from '../client.js';
import { councilAnswers, envelopeOf, keyOf } from '../council-answers.js';
import { createTestDatabase } from '../database.js';
import { FakeProvider, slow, type ReceivedCall } from '../fake-provider/index.js';
import { eventually } from '../faults.js';
import { MAIN } from '../process.js';
import { ControlledApp, makeDataDir, removeDataDir } from '../server-control-app.js';
import { madeSession } from '../sessions.js';

const PRELOADED = join(PACKAGE_ROOT, 'test', 'support', 'fleet', 'durable-writes.mjs');
const ENDED = new Set(['completed', 'failed', 'cancelled']);

/** A database, as far as a fleet needs it. */
export interface FleetDatabase {
  readonly url: string;
  query<Row>(text: string, values?: unknown[]): Promise<Row[]>;
}

export interface FleetOptions {
  /** How long the provider takes for an answer, milliseconds. */
  latencyMs?: number;
  /** Default: one of its own, which goes with the fleet. */
  database?: FleetDatabase;
  /** Of the process that serves the API. */
  role?: 'api' | 'all';
}

/** Processes of the built application around one database, and the only provider that they know. */
export class Fleet {
  readonly apps: ControlledApp[] = [];
  private serving: ApiClient | undefined;
  private readonly dataDir = makeDataDir();

  private constructor(
    readonly database: FleetDatabase,
    readonly provider: FakeProvider,
    private readonly drop: () => Promise<void>,
  ) {}

  static async start({ latencyMs = 0, database, role = 'api' }: FleetOptions = {}): Promise<Fleet> {
    const provider = await FakeProvider.start({ answer: tellingAnswers });
    provider.always(slow(latencyMs));
    const own = database ? undefined : await createTestDatabase();
    const used = database ?? own;
    if (!used) throw new Error('there is no database');
    const fleet = new Fleet(used, provider, async () => own?.drop());
    try {
      await fleet.serve(role);
      return fleet;
    } catch (error) {
      await fleet.close();
      throw error;
    }
  }

  get api(): ApiClient {
    if (!this.serving) throw new Error('nothing serves the API');
    return this.serving;
  }

  /** Starts a process that serves the API, in the place of the one before. */
  async serve(role: 'api' | 'all', env: Record<string, string> = {}, main = MAIN): Promise<ControlledApp> {
    await this.unserve();
    const app = this.launch({ HOLDFAST_ROLE: role, ...env }, main);
    this.serving = new ApiClient(await app.process.ready(), BOOTSTRAP_KEY);
    return app;
  }

  /** Starts one more process that serves the API, beside the one that the fleet asks. */
  async replica(): Promise<{ app: ControlledApp; port: number }> {
    const app = this.launch({ HOLDFAST_ROLE: 'api' }, MAIN);
    return { app, port: Number(new URL(await app.process.ready()).port) };
  }

  /** Starts a worker, and does not wait until it works. */
  worker(env: Record<string, string> = {}, main = MAIN): ControlledApp {
    return this.launch({ HOLDFAST_ROLE: 'worker', ...env }, main);
  }

  async readyWorker(env: Record<string, string> = {}, main = MAIN): Promise<ControlledApp> {
    const app = this.worker(env, main);
    await app.process.ready();
    return app;
  }

  /** A session of two seats and two rounds, unless told otherwise, in line. */
  session(council: object = {}): Promise<SessionDto> {
    return madeSession(this.api, { council: { seats: 2, max_rounds: 2, quorum: 2, ...council } });
  }

  /** Asks the database: it answers whatever process is dead. */
  async statusOf(uuid: string): Promise<string> {
    const [row] = await this.database.query<{ status: string }>('SELECT status FROM sessions WHERE id = $1', [uuid]);
    return row?.status ?? 'gone';
  }

  async untilEnded(uuid: string, withinMs: number): Promise<void> {
    await eventually(`session ${uuid} ends`, withinMs, async () => ENDED.has(await this.statusOf(uuid)));
  }

  async lastSequence(uuid: string): Promise<number> {
    const sql = 'SELECT last_sequence AS last FROM sessions WHERE id = $1';
    return (await this.database.query<{ last: number }>(sql, [uuid]))[0]?.last ?? 0;
  }

  /** Waits until the log has grown past a sequence. @returns how long it took, milliseconds. */
  untilPast(uuid: string, sequence: number, withinMs: number): Promise<number> {
    return eventually(`an event after ${sequence}`, withinMs, async () => (await this.lastSequence(uuid)) > sequence);
  }

  async close(): Promise<void> {
    await this.unserve();
    for (const app of this.apps.splice(0)) await app.sweep();
    await this.provider.stop();
    await this.drop();
    removeDataDir(this.dataDir);
  }

  private async unserve(): Promise<void> {
    const { serving } = this;
    this.serving = undefined;
    await serving?.close();
  }

  private launch(env: Record<string, string>, main: string): ControlledApp {
    const app = new ControlledApp(
      this.dataDir,
      { DATABASE_URL: this.database.url, ...chainEnv({ a: this.provider }), ...env },
      { command: [process.execPath, '--import', PRELOADED, main] },
    );
    this.apps.push(app);
    return app;
  }
}

/** Texts tell what they were made from: had a takeover lost or doubled anything before them, they would be others. */
function tellingAnswers(call: ReceivedCall): string {
  const answer = councilAnswers()(call);
  if (!/^(round-\d\/seat-\d|synthesis)$/.test(keyOf(call) ?? '')) return answer;
  const seen = createHash('sha256')
    .update(JSON.stringify(envelopeOf(call)))
    .digest('hex')
    .slice(0, 12);
  return `${answer} (from ${seen})`;
}
