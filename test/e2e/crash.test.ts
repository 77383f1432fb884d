import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { PACKAGE_ROOT } from '../../src/config/package.js';
import { BOOTSTRAP_KEY } from '../support/app.js';
import { descendantsOf, postmasterOf, signalAll, survivors } from '../support/embedded/processes.js';
import { eventually, wordFor } from '../support/faults.js';
import { Caller, Load, type Shot } from '../support/load.js';
import { ControlledApp, makeDataDir, removeDataDir } from '../support/server-control-app.js';

const TENANTS = 50;
const RECONCILES = 2_000;

let dataDir: string;
const apps: ControlledApp[] = [];

beforeEach(() => {
  dataDir = makeDataDir();
});

afterEach(async () => {
  for (const app of apps.splice(0)) await app.sweep();
  removeDataDir(dataDir);
});

function start(): ControlledApp {
  const app = new ControlledApp(dataDir);
  apps.push(app);
  return app;
}

interface Report {
  readonly tenant: number;
  readonly install: string;
  readonly count: number;
}

/** Reports of 50 tenants' devices in no order: most of them come several times, with lower and higher counts. */
function reports(): Report[] {
  return Array.from({ length: RECONCILES }, (_, index) => ({
    tenant: index % TENANTS,
    install: `install-${(index * 7) % 11}`,
    count: 1 + ((index * 7919) % 1_000),
  }));
}

async function makeTenants(caller: Caller): Promise<string[]> {
  const keys: string[] = [];
  for (let tenant = 0; tenant < TENANTS; tenant++) {
    const answer = await caller.send({ path: '/v1/tenants', body: { name: `tenant ${tenant}` } });
    expect(wordFor(answer)).toBe('201');
    keys.push((JSON.parse(answer.text) as { api_key: string }).api_key);
  }
  return keys;
}

function reconcile(key: string, { install, count }: Omit<Report, 'tenant'>): Shot {
  return {
    path: '/v1/usage/reconcile',
    body: { install_id: install, feature: 'breakdown', local_count: count },
    headers: { authorization: `Bearer ${key}` },
  };
}

describe('kill -9 of application and database', () => {
  test('in the middle of 2,000 reconciles of 50 tenants loses no value that was acknowledged', async () => {
    const victim = start();
    const baseUrl = await victim.process.ready();
    const caller = new Caller(baseUrl, BOOTSTRAP_KEY);
    const keys = await makeTenants(caller);
    await caller.close();
    const todo = reports();
    const sent = new Map<Shot, Report>();
    const running = new Load(
      { baseUrl, key: BOOTSTRAP_KEY, callers: 32 },
      () => {
        const report = todo.pop();
        if (!report) throw new Error('all reports were sent before the kill');
        const shot = reconcile(keys[report.tenant] ?? '', report);
        sent.set(shot, report);
        return shot;
      },
      ({ status }) => status === 200,
    );
    await eventually('half of them are acknowledged', 20_000, () => running.outcomes.length >= RECONCILES / 2);
    signalAll(victim.tree, 'SIGKILL');
    await running.ended();
    const acknowledged = running.outcomes
      .filter(({ outcome }) => outcome.status === 200)
      .map(({ shot }) => sent.get(shot));
    expect(acknowledged.length).toBeGreaterThanOrEqual(RECONCILES / 2);
    expect(todo.length).toBeGreaterThan(0);

    const highest = highestOf(acknowledged);
    const possible = highestOf([...sent.values()]);
    const after = new Caller(await start().process.ready(), BOOTSTRAP_KEY);
    for (const [name, { tenant, install, count }] of highest) {
      const answer = await after.send(reconcile(keys[tenant] ?? '', { install, count: 0 }));
      expect(wordFor(answer)).toBe('200');
      const { server_count: kept } = JSON.parse(answer.text) as { server_count: number };
      expect({ name, kept: kept >= count && kept <= (possible.get(name)?.count ?? 0) }).toEqual({ name, kept: true });
    }
    await after.close();
  });
});

function highestOf(all: readonly (Report | undefined)[]): Map<string, Report> {
  const highest = new Map<string, Report>();
  for (const report of all) {
    if (!report) continue;
    const name = `${report.tenant} ${report.install}`;
    if (report.count > (highest.get(name)?.count ?? -1)) highest.set(name, report);
  }
  return highest;
}

describe('with the embedded Postgres', () => {
  test('kill -9 of the application alone ends the database within 2 s, and it starts again with the same key', async () => {
    const victim = start();
    await victim.process.ready();
    const { tree } = victim;
    expect(tree.length).toBeGreaterThan(3);
    await victim.stop('SIGKILL');
    expect(await survivors(tree, 2_000)).toEqual([]);

    const caller = new Caller(await start().process.ready(), BOOTSTRAP_KEY);
    expect((await caller.send({ path: '/v1/usage' })).status).toBe(200);
    await caller.close();
  });

  test('kill -9 of the npm that has started the application ends both', async () => {
    const victim = new ControlledApp(dataDir, {}, { command: ['npm', 'start'], cwd: PACKAGE_ROOT });
    apps.push(victim);
    await victim.process.ready();
    const { tree } = victim;
    expect(tree.length).toBeGreaterThan(4);
    await victim.stop('SIGKILL');
    expect(await survivors(tree, 15_000)).toEqual([]);
  });

  test.each([
    ['its postmaster', (postmaster: number) => [postmaster]],
    ['all of it', (postmaster: number) => [postmaster, ...descendantsOf(postmaster)]],
  ])('the death of %s ends the application with 69 and one line that says why', async (_what, chosen) => {
    const victim = start();
    await victim.process.ready();
    const { tree } = victim;
    signalAll(chosen(postmasterOf(`${dataDir}/postgres`)), 'SIGKILL');
    expect((await victim.process.ended).code).toBe(69);
    expect(victim.process.stderr).toMatch(/^holdfast: The embedded Postgres has ended\. .*\n$/);
    expect(await survivors(tree, 2_000)).toEqual([]);
  });
});
