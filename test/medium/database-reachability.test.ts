import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { DatabaseReachability } from '../../src/database/reachability.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ManualClock } from '../support/kernel/manual-clock.js';
import { until } from '../support/until.js';

let database: TestDatabase;
let probe: DatabaseReachability | undefined;

beforeAll(async () => void (database = await createTestDatabase()));
afterEach(() => probe?.close());
afterAll(() => database.drop());

function probeOf(url: string): { reachability: DatabaseReachability; clock: ManualClock } {
  const clock = new ManualClock();
  probe = new DatabaseReachability(url, true, clock);
  return { reachability: probe, clock };
}

const probes = () =>
  database.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE application_name = 'holdfast-health' AND datname = current_database()`,
  );
const endProbes = async () => {
  await database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                         WHERE application_name = 'holdfast-health' AND datname = current_database()`);
  await until(async () => (await probes()).length === 0);
};

describe('whether the database answers', () => {
  it('is asked over one connection of its own, at most every 2 s', async () => {
    const { reachability, clock } = probeOf(database.url);
    const asked = () =>
      database.query(`SELECT state_change FROM pg_stat_activity
                       WHERE application_name = 'holdfast-health' AND datname = current_database()`);
    expect(await Promise.all([reachability.state(), reachability.state()])).toEqual(['up', 'up']);
    const first = await asked();
    expect(first).toHaveLength(1);
    await clock.advance(1_999);
    expect(await reachability.state()).toBe('up');
    expect(await asked()).toEqual(first);
    await clock.advance(1);
    expect(await reachability.state()).toBe('up');
    expect(await asked()).not.toEqual(first);
    expect(await probes()).toHaveLength(1);
  });

  it('is noticed when it ends, and again when it comes back', async () => {
    const { reachability, clock } = probeOf(database.url);
    expect(await reachability.state()).toBe('up');
    const name = new URL(database.url).pathname.slice(1);
    const elsewhere = await createTestDatabase({ template: null });
    await elsewhere.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
    await endProbes();
    await clock.advance(2_000);
    expect(await reachability.state()).toBe('down');
    await elsewhere.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
    await elsewhere.drop();
    expect(await reachability.state()).toBe('down');
    await clock.advance(2_000);
    expect(await reachability.state()).toBe('up');
  });

  it('leaves no connection behind when it is closed', async () => {
    const { reachability } = probeOf(database.url);
    await reachability.state();
    await reachability.close();
    await until(async () => (await probes()).length === 0);
  });

  it('is no when nothing listens', async () => {
    const { reachability } = probeOf('postgres://nobody@127.0.0.1:1/none');
    expect(await reachability.state()).toBe('down');
  });
});

describe('a server that accepts and says nothing', () => {
  let silent: Server;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    silent = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('counts as down before a probe of one second gives up, however often it is asked, and holds one connection at most', async () => {
    const { port } = silent.address() as AddressInfo;
    const { reachability, clock } = probeOf(`postgres://nobody@127.0.0.1:${port}/none`);
    for (let round = 1; round <= 3; round++) {
      let told = false;
      const states = Promise.all([reachability.state(), reachability.state()]).finally(() => (told = true));
      await until(() => sockets.length >= round);
      await clock.advance(749);
      expect(told).toBe(false);
      await clock.advance(1);
      expect(await states).toEqual(['down', 'down']);
      await clock.advance(2_000);
    }
    expect(sockets).toHaveLength(3);
    for (const socket of sockets) socket.resume();
    await until(() => sockets.every((socket) => socket.destroyed || socket.readableEnded));
  });
});
