import { beforeEach, expect, it } from '@jest/globals';
import { ManualClock } from '../../../../test/support/kernel/manual-clock.js';
import type { AppConfig } from '../../../config/config.js';
import type { ParkedRunsRepository } from '../../../queue/parked-runs.repository.js';
import type { RunWakeUps } from '../../../queue/run-wakeups.js';
import type { Logger } from '../../../telemetry/logger.js';
import { Metrics } from '../../../telemetry/metrics.js';
import { ParkedRuns } from './parked-runs.js';

let clock: ManualClock;
let announced: number;
let unpark: (reads: number, signal: AbortSignal) => Promise<number>;
beforeEach(() => {
  clock = new ManualClock();
  announced = 0;
});

function parkedRuns(role: AppConfig['role'] = 'worker'): ParkedRuns {
  const repository = { unpark: (reads: number, signal: AbortSignal) => unpark(reads, signal) };
  const wakeUps = { announce: () => void (announced += 1) };
  const runs = new ParkedRuns(
    repository as ParkedRunsRepository,
    wakeUps as RunWakeUps,
    new Metrics({ processMetrics: false }),
    { role } as AppConfig,
    clock.sleep,
    () => 0.5,
    {} as Logger,
  );
  runs.onApplicationBootstrap();
  return runs;
}

it('that have come back are announced, so that the worker which can read them looks first', async () => {
  const back = [0, 3, 0];
  unpark = () => Promise.resolve(back.shift() ?? 0);
  const runs = parkedRuns();
  await clock.advance(5_000);
  expect(announced).toBe(0);
  await clock.advance(5_000);
  expect(announced).toBe(1);
  await clock.advance(5_000);
  expect(announced).toBe(1);
  await runs.beforeApplicationShutdown();
});

it('are looked for again after a failure', async () => {
  let asked = 0;
  unpark = () => ((asked += 1) === 1 ? Promise.reject(new Error('gone')) : Promise.resolve(1));
  const runs = parkedRuns();
  await clock.advance(10_000);
  expect([asked, announced]).toEqual([2, 1]);
  await runs.beforeApplicationShutdown();
});

it('hold up no shutdown', async () => {
  unpark = (_reads, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  const runs = parkedRuns();
  await clock.advance(5_000);
  const ended = runs.beforeApplicationShutdown();
  await clock.advance(0);
  await ended;
  expect(clock.pending).toBe(0);
});

it('are no concern of a process that serves the API alone', async () => {
  unpark = () => Promise.reject(new Error('asked'));
  const runs = parkedRuns('api');
  await clock.advance(60_000);
  expect(clock.pending).toBe(0);
  await runs.beforeApplicationShutdown();
});
