import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import type { AppConfig, ProcessRole } from '../../config/config.js';
import { AppError } from '../../reliability/errors/app-error.js';
import type { Logger } from '../../telemetry/logger.js';
import { Metrics } from '../../telemetry/metrics.js';
import type { RetentionRepository, RetentionStep, StepTerms } from './retention.repository.js';
import { RetentionSweep } from './retention-sweep.js';

const HOUR_MS = 3_600_000;

let clock: ManualClock;
let metrics: Metrics;
let asked: StepTerms[];
let warnings: string[];
let step: () => Promise<RetentionStep>;
beforeEach(() => {
  clock = new ManualClock();
  metrics = new Metrics({ processMetrics: false });
  asked = [];
  warnings = [];
  step = () => Promise.resolve(stepOf('done'));
});

const stepOf = (state: RetentionStep['state'], sessions = 0): RetentionStep => ({
  state,
  sessions,
  events: 3 * sessions,
  keys: 0,
  holds: 0,
});

function sweepOf(role: ProcessRole = 'worker', random = 0.5): RetentionSweep {
  const repository = { step: (terms: StepTerms) => (asked.push(terms), step()) } as unknown as RetentionRepository;
  const log = { info: () => {}, warn: (_: unknown, text: string) => warnings.push(text) } as unknown as Logger;
  const config = { role, sessionRetentionDays: 90 } as AppConfig;
  return new RetentionSweep(repository, metrics, config, clock.sleep, () => random, log);
}

const counted = async (name: string, label: string): Promise<number> => {
  const text = await metrics.registry.getSingleMetricAsString(`holdfast_retention_${name}_total`);
  return Number(new RegExp(`"${label}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
};

describe('a process', () => {
  it.each([
    [0, 30_000],
    [1, 90_000],
  ])('looks now and then, and not together with the others: at %p after %p ms', async (random, atMs) => {
    const sweep = sweepOf('worker', random);
    sweep.onApplicationBootstrap();
    await clock.advance(atMs - 1);
    expect(asked).toHaveLength(0);
    await clock.advance(1);
    expect(asked).toHaveLength(1);
    await sweep.beforeApplicationShutdown();
  });

  it('that serves the API alone removes nothing', async () => {
    const sweep = sweepOf('api');
    sweep.onApplicationBootstrap();
    await clock.advance(HOUR_MS);
    expect([asked.length, clock.pending]).toEqual([0, 0]);
    await sweep.beforeApplicationShutdown();
  });

  it('goes on after a failure, and says so', async () => {
    const sweep = sweepOf();
    step = () => Promise.reject(new AppError('dependency_unavailable'));
    sweep.onApplicationBootstrap();
    await clock.advance(120_000);
    expect([asked.length, warnings.length, await counted('passes', 'failed')]).toEqual([2, 2, 2]);
    await sweep.beforeApplicationShutdown();
    expect(clock.pending).toBe(0);
  });

  it('that ends lets the step under way end, and begins no other', async () => {
    const sweep = sweepOf();
    const under = Promise.withResolvers<RetentionStep>();
    step = () => under.promise;
    sweep.onApplicationBootstrap();
    await clock.advance(60_000);
    let isOver = false;
    const over = sweep.beforeApplicationShutdown().then(() => (isOver = true));
    await clock.settle();
    expect([asked.length, isOver]).toEqual([1, false]);
    under.resolve(stepOf('more', 4));
    await over;
    expect([asked.length, clock.pending, await counted('removed', 'sessions')]).toEqual([1, 0, 4]);
  });
});

describe('a pass', () => {
  it('goes on step by step until all is done, and counts what went', async () => {
    const steps = [stepOf('more', 2), stepOf('more', 1), stepOf('done', 1)];
    step = () => Promise.resolve(steps.shift() ?? stepOf('elsewhere'));
    const passing = sweepOf().pass();
    await clock.advanceUntilIdle();
    expect(await passing).toEqual({ sessions: 4, events: 12, keys: 0, holds: 0 });
    expect([await counted('removed', 'events'), await counted('passes', 'done')]).toEqual([12, 1]);
  });

  it('of another process costs one look, and is not counted', async () => {
    step = () => Promise.resolve(stepOf('elsewhere'));
    await sweepOf().pass();
    expect([asked.length, await counted('passes', 'done')]).toEqual([1, 0]);
  });

  it('that finds years of backlog leaves the rest for the next look', async () => {
    step = () => Promise.resolve(stepOf('more', 1));
    const passing = sweepOf().pass();
    await clock.advanceUntilIdle();
    expect((await passing).sessions).toBe(200);
    expect(await counted('passes', 'unfinished')).toBe(1);
  });
});
