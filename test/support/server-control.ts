import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { findBinaries } from '../../src/database/embedded/binaries.js';
import { DATABASE, ensureCluster, readPassword } from '../../src/database/embedded/cluster.js';
import { freePort } from '../../src/database/embedded/free-port.js';
import { findPlace, type Place } from '../../src/database/embedded/place.js';
import type { ServerProcess } from '../../src/database/embedded/server-process.js';
import { launchServer } from '../../src/database/embedded/server.js';
import { descendantsOf, freeze, postmasterOf, signalAll, survivors } from './embedded/processes.js';

/** A Postgres server of a test's own, durable, that can be made to fail in every way and comes back on the same port. */
export class OwnPostgres {
  private server: ServerProcess | undefined;
  private frozen: number[] = [];

  private constructor(
    private readonly dataDir: string,
    private readonly place: Place,
    private readonly port: number,
  ) {}

  static async start(): Promise<OwnPostgres> {
    const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-faults-'));
    chmodSync(dataDir, 0o711);
    const place = await findPlace(dataDir);
    await ensureCluster(place, await findBinaries(place.account));
    const server = new OwnPostgres(dataDir, place, await freePort());
    await server.begin();
    return server;
  }

  /** The owner's URL: the same after every restart. */
  get url(): string {
    return `postgres://${DATABASE}:${readPassword(this.place)}@127.0.0.1:${this.port}/${DATABASE}`;
  }

  async begin(): Promise<void> {
    const { place, port } = this;
    const settings = { max_connections: '200' };
    const binaries = await findBinaries(place.account);
    const choosePort = (): Promise<number> => Promise.resolve(port);
    this.server = (await launchServer({ place, binaries, settings, choosePort, onLog: () => {} })).server;
  }

  /** Cuts every connection and ends in good order, as an operator's restart does. */
  async end(): Promise<void> {
    await this.server?.stop();
    this.server = undefined;
  }

  /** Ends all of it with SIGKILL. */
  async kill(): Promise<void> {
    const processes = this.processes();
    signalAll(processes, 'SIGKILL');
    await survivors(processes, 5_000);
    await this.end();
  }

  /** Stops all of its processes: connections stay open, and no answer comes. */
  async freeze(): Promise<void> {
    const postmaster = this.postmaster();
    this.frozen = [postmaster];
    // The postmaster first, until it stands: a process that it is just starting would be overlooked, and go on answering.
    await freeze(postmaster);
    this.frozen = this.processes();
    signalAll(this.frozen, 'SIGSTOP');
  }

  thaw(): void {
    signalAll(this.frozen.splice(0), 'SIGCONT');
  }

  /** Ends all client connections of this server, except the one that does so. */
  async terminateConnections(): Promise<number> {
    const rows = await this.query<{ ended: boolean }>(
      `SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    );
    return rows.length;
  }

  /** What the application's connections are doing. */
  async activity(): Promise<{ state: string; query: string }[]> {
    return this.query(
      `SELECT state, query FROM pg_stat_activity
        WHERE application_name LIKE 'holdfast%' AND state IS DISTINCT FROM 'idle'`,
    );
  }

  /** Runs one statement as the owner, on a connection of its own. */
  async query<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = await this.connect();
    try {
      return (await client.query<Row & object>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** The owner's connection, for a test that holds locks. */
  async connect(): Promise<Client> {
    const client = new Client(this.url);
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  /** Ends the server, however it is, and deletes its files. */
  async remove(): Promise<void> {
    this.thaw();
    await this.end();
    for (const folder of [this.place.folder, this.dataDir])
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }

  private postmaster(): number {
    return postmasterOf(this.place.folder);
  }

  private processes(): number[] {
    const postmaster = this.postmaster();
    return [postmaster, ...descendantsOf(postmaster)];
  }
}
