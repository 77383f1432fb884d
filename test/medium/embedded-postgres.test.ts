import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { Server } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findBinaries } from '../../src/database/embedded/binaries.js';
import { ensureCluster } from '../../src/database/embedded/cluster.js';
import { freePort } from '../../src/database/embedded/free-port.js';
import type { EmbeddedPostgres, EmbeddedPostgresOptions } from '../../src/database/embedded/index.js';
import { runningEmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded/index.js';
import { findPlace } from '../../src/database/embedded/place.js';
import { ServerProcess } from '../../src/database/embedded/server-process.js';
import { launchServer } from '../../src/database/embedded/server.js';
import { query } from '../support/embedded/query.js';
import { alive, descendantsOf, postmasterOf, signalAll, survivors } from '../support/embedded/processes.js';
import { until } from '../support/until.js';

let dataDir: string;
const running = new Set<EmbeddedPostgres>();
/** The test run may have a Postgres of its own. */
const earlier = new Set(descendantsOf(process.pid));

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'holdfast-data-'));
  chmodSync(dataDir, 0o711);
});

afterEach(async () => {
  for (const postgres of running) await postgres.stop();
  running.clear();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, ...options });
  running.add(postgres);
  return postgres;
}

/** This process's children and theirs, but for those that it had before. */
function started(): number[] {
  return descendantsOf(process.pid).filter((pid) => !earlier.has(pid));
}

/** The shell between this process and the server. */
function keeperOf(postmaster: number): number {
  const [keeper] = started().filter((pid) => descendantsOf(pid).includes(postmaster));
  if (keeper === undefined) throw new Error('nobody keeps the server');
  return keeper;
}

describe('an embedded Postgres', () => {
  test('is made at the first start and kept over a restart', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept (n int)', 'INSERT INTO kept VALUES (7)');
    await first.stop();
    expect(await query((await start()).url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });

  test('is found by who works beside its owner, who makes nothing where none runs', async () => {
    expect(await runningEmbeddedPostgres(dataDir)).toBeUndefined();
    expect(readdirSync(dataDir)).toEqual([]);
    const postgres = await start();
    expect(await runningEmbeddedPostgres(dataDir)).toBe(postgres.url);
    await postgres.stop();
    expect(await runningEmbeddedPostgres(dataDir)).toBeUndefined();
  });

  test('lives below the data folder, which is made when missing', async () => {
    const postgres = await start({ dataDir: join(dataDir, 'new', 'folder') });
    expect(postgres.location).toBe(join(dataDir, 'new', 'folder', 'postgres'));
    expect(existsSync(join(postgres.location, 'data', 'PG_VERSION'))).toBe(true);
  });

  test('is durable, in UTF-8, and owned by whom the URL names', async () => {
    const [row] = await query(
      (await start()).url,
      `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
              current_setting('server_encoding') AS encoding, current_database() AS database,
              upper('é') AS upper, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser`,
    );
    expect(row).toEqual({
      fsync: 'on',
      commit: 'on',
      encoding: 'UTF8',
      database: 'holdfast',
      upper: 'É',
      superuser: true,
    });
  });

  test('takes settings from its caller, but none that would open it to others', async () => {
    const postgres = await start({ settings: { work_mem: '5MB', listen_addresses: '*', log_statement: 'all' } });
    const sql = `SELECT current_setting('work_mem') AS memory, current_setting('listen_addresses') AS addresses,
                        current_setting('log_statement') AS logged, current_setting('unix_socket_directories') AS sockets`;
    expect(await query(postgres.url, sql)).toEqual([
      { memory: '5MB', addresses: '127.0.0.1', logged: 'none', sockets: '' },
    ]);
  });

  test('lets nobody in without the password, which only its user can read', async () => {
    const postgres = await start();
    const password = join(postgres.location, 'password');
    expect(statSync(password).mode & 0o777).toBe(0o600);
    expect(readFileSync(password, 'utf8')).toMatch(/^[0-9a-f]{64}$/);
    await expect(query(postgres.url.replace(/:[0-9a-f]{64}@/, ':guess@'), 'SELECT 1')).rejects.toMatchObject({
      code: '28P01',
    });
  });

  test('leaves neither processes nor lock files behind when stopped, also when stopped twice', async () => {
    const postgres = await start();
    const processes = started();
    expect(processes).toContain(postmasterOf(postgres.location));
    expect(readdirSync(dataDir).toSorted()).toEqual(['postgres', 'postgres.lock']);
    await Promise.all([postgres.stop(), postgres.stop()]);
    expect(alive(processes)).toEqual([]);
    expect(readdirSync(dataDir)).toEqual(['postgres']);
    expect(readdirSync(join(postgres.location, 'data'))).not.toContain('postmaster.pid');
  });

  test('leaves nothing behind over 20 starts', async () => {
    await (await start()).stop();
    const before = { processes: started(), handles: process.getActiveResourcesInfo().length };
    for (let round = 0; round < 20; round++) await (await startEmbeddedPostgres({ dataDir })).stop();
    expect(started()).toEqual(before.processes);
    // What the runner itself has under way comes and goes; what a start leaves would stay.
    await until(() => process.getActiveResourcesInfo().length <= before.handles);
  });

  test('tells of its own death, and of no other end', async () => {
    const ends: string[] = [];
    const stopped = await start();
    void stopped.crashed.then(() => ends.push('stopped'));
    await stopped.stop();
    const killed = await start();
    const processes = started();
    process.kill(postmasterOf(killed.location), 'SIGKILL');
    await killed.crashed;
    await killed.stop();
    expect(ends).toEqual([]);
    expect(await survivors(processes, 2_000)).toEqual([]);
  });

  test('says why it has died, where it knows', async () => {
    const postgres = await start();
    rmSync(join(postgres.location, 'data', 'global', 'pg_control'));
    signalAll(descendantsOf(postmasterOf(postgres.location)), 'SIGKILL');
    expect(await postgres.crashed).toMatch(/^(PANIC|FATAL): .*pg_control/);
    await postgres.stop();
  });

  test('counts as crashed, and is ended, when the process that keeps it is killed', async () => {
    const postgres = await start();
    const postmaster = postmasterOf(postgres.location);
    process.kill(keeperOf(postmaster), 'SIGKILL');
    await postgres.crashed;
    expect(await survivors([postmaster], 2_000)).toEqual([]);
  });

  test('outlives signals to the process that keeps it, which a service manager sends to all alike', async () => {
    const postgres = await start();
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
      process.kill(keeperOf(postmasterOf(postgres.location)), signal);
    }
    expect(await query(postgres.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    const crashed = postgres.crashed.then(() => 'crashed');
    await postgres.stop();
    expect(await Promise.race([crashed, Promise.resolve('stopped')])).toBe('stopped');
  });

  test('counts as hung when it writes nothing before it is ready, and is ended by force', async () => {
    const options = { postgres: '/bin/sleep', args: ['60'], data: dataDir, account: undefined, onLog: () => undefined };
    const hung = new ServerProcess({ ...options, silenceMs: 100 });
    expect(await hung.becomesReady()).toBe(false);
    const processes = started();
    await hung.stop();
    expect(await survivors(processes, 1_000)).toEqual([]);
  });

  test('stops within a bound although it is frozen', async () => {
    const postgres = await start();
    const processes = started();
    const postmaster = postmasterOf(postgres.location);
    signalAll([postmaster, ...descendantsOf(postmaster)], 'SIGSTOP');
    await postgres.stop();
    expect(alive(processes)).toEqual([]);
  });

  test('starts on another port when somebody was faster to take the chosen one', async () => {
    const rival: Server = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => rival.once('listening', listening));
    const address = rival.address();
    const taken = typeof address === 'object' && address !== null ? address.port : 0;
    const place = await findPlace(dataDir);
    const binaries = await findBinaries(place.account);
    await ensureCluster(place, binaries);
    const choices = [taken, taken];
    const choosePort = (): Promise<number> => Promise.resolve(choices.shift() ?? 0).then((port) => port || freePort());
    const launched = launchServer({ place, binaries, settings: {}, onLog: () => undefined, choosePort });
    const { server, port } = await launched.finally(() => rival.close());
    await server.stop();
    expect(port).not.toBe(taken);
    expect(choices).toEqual([]);
  });

  test('begins anew where an earlier start was interrupted while making the database', async () => {
    const unfinished = join(dataDir, 'postgres', `init-${randomBytes(8).toString('hex')}`);
    mkdirSync(join(unfinished, 'data', 'base'), { recursive: true });
    writeFileSync(join(unfinished, 'data', 'PG_VERSION'), '18\n');
    chmodSync(join(dataDir, 'postgres'), 0o711);
    expect(await query((await start()).url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    expect(readdirSync(join(dataDir, 'postgres')).toSorted()).toEqual(['data', 'password']);
  });
});
