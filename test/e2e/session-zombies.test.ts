import { expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runFolder } from '../support/database.js';
import { freeze } from '../support/embedded/processes.js';
import { eventually } from '../support/faults.js';
import { answeredCalls, askedCalls, askedTooOften, faultsOf } from '../support/fleet/audit.js';
import { Fleet } from '../support/fleet/fleet.js';
import { Gate } from '../support/fleet/gate.js';
import { uuidOfSession } from '../support/sessions.js';

const PATIENCE_MS = 30_000;

async function withFleet(body: (fleet: Fleet) => Promise<void>): Promise<void> {
  const fleet = await Fleet.start();
  try {
    await body(fleet);
  } finally {
    await fleet.close();
  }
}

async function metricsOf(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

async function expectWell(fleet: Fleet, uuid: string): Promise<void> {
  await fleet.untilEnded(uuid, PATIENCE_MS);
  expect(await fleet.statusOf(uuid)).toBe('completed');
  expect(await faultsOf(fleet, uuid)).toEqual([]);
}

test.concurrent(
  'a worker that stands still past its lease writes nothing when it wakes, while another one is in mid-session',
  () =>
    withFleet(async (fleet) => {
      const log = join(runFolder(), 'writes-of-a-zombie');
      const writes = (): string[] => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
      const zombie = await fleet.readyWorker({ TEST_WRITES_LOG: log });
      const url = await zombie.process.ready();
      const [round, vote] = [new Gate(fleet.provider, /^round-2/), new Gate(fleet.provider, /^vote/)];
      const uuid = uuidOfSession((await fleet.session()).id);
      await eventually('all seats are being asked', PATIENCE_MS, () => round.waiting === 2);
      // They are asked ahead of the log: what it has written before it stands still must not count as written when it wakes.
      const isStored = (): boolean => [1, 2].every((seat) => writes().includes(`session-append round-1/seat-${seat}`));
      await eventually('it knows that the round before is stored', PATIENCE_MS, isStored);
      await freeze(zombie.process.pid);
      const before = writes().length;
      const answered = await answeredCalls(fleet, uuid);
      // The answers reach it now; it reads them when it wakes.
      round.open();
      await fleet.readyWorker();
      await eventually('the other one has come to the vote', PATIENCE_MS, () => vote.waiting === 2);
      zombie.process.kill('SIGCONT');
      const appends = () =>
        writes()
          .slice(before)
          .filter((write) => write.startsWith('session-append'));
      // Unless it first hears that it has lost the run, and breaks its calls off.
      const lost = async (): Promise<boolean> => /runs_total\{ending="lost"\} 1/.test(await metricsOf(url));
      await eventually('it wakes, and tries or lets go', 10_000, async () => appends().length > 0 || (await lost()));
      vote.open();
      await expectWell(fleet, uuid);
      expect(appends().filter((write) => !write.endsWith(' fenced'))).toEqual([]);
      expect(askedTooOften(fleet, uuid, [answered])).toEqual([]);
      expect((await zombie.stop()).code).toBe(0);
      expect(zombie.process.stdout).not.toContain('a run failed unexpectedly');
    }),
);

test.concurrent(
  'one that stands still between a write and its answer has written, and whoever takes over goes on from there',
  () =>
    withFleet(async (fleet) => {
      const uuid = uuidOfSession((await fleet.session()).id);
      const zombie = fleet.worker({ TEST_KILL_AT: 'session-append plan after', TEST_KILL_WITH: 'SIGSTOP' });
      const planned = async (): Promise<boolean> => (await answeredCalls(fleet, uuid)).has('plan');
      await eventually('the plan is written', PATIENCE_MS, planned);
      await fleet.readyWorker();
      await expectWell(fleet, uuid);
      zombie.process.kill('SIGCONT');
      expect((await zombie.stop()).code).toBe(0);
      expect(await faultsOf(fleet, uuid)).toEqual([]);
      expect([...askedCalls(fleet, uuid)].filter(([, count]) => count > 1)).toEqual([]);
    }),
);
