import { expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HealthDetailsDto } from '../../src/health/dto/health.dto.js';
import type { Outcome } from './load.js';
import { Caller } from './load.js';
import { expectProblem } from './problem.js';
import { ownMs } from './own-time.js';

/** Asks again and again until the answer is yes. @throws when it is not within the bound. */
export async function eventually(
  what: string,
  withinMs: number,
  holds: () => boolean | Promise<boolean>,
): Promise<number> {
  const started = ownMs();
  do {
    if (await holds()) return ownMs() - started;
    await sleep(20);
  } while (ownMs() - started < withinMs);
  throw new Error(`not within ${withinMs} ms: ${what}`);
}

/** The outcome as one word: `200`, a problem's code, or the error of a connection. */
export function wordFor({ status, text, error }: Pick<Outcome, 'status' | 'text' | 'error'>): string {
  if (error !== undefined) return error;
  if (status !== undefined && status < 300) return String(status);
  return `${status} ${(JSON.parse(text) as { code?: string }).code}`;
}

/** How often each word came up. */
export function tally(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    const word = wordFor(outcome);
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
}

/** Expects success, or a 503 that is the contract's problem with Retry-After: nothing else may come of a fault below. */
export function expectServedOrRefused(outcomes: readonly Outcome[]): void {
  const strange = outcomes.filter(({ status }) => status !== 200 && status !== 503);
  expect(tally(strange)).toEqual({});
  for (const { status, headers, text } of outcomes) {
    if (status !== 503) continue;
    const { code } = JSON.parse(text) as { code: 'overloaded' | 'dependency_unavailable' };
    expect(['overloaded', 'dependency_unavailable']).toContain(code);
    expectProblem({ status, headers: { ...headers }, body: text }, code);
  }
}

/** Asks a probe at a steady pace and remembers what it said. */
export class Prober {
  readonly outcomes: Outcome[] = [];
  private readonly caller: Caller;
  private readonly asking: Promise<void>;
  private over = false;

  constructor(
    baseUrl: string,
    private readonly path: string,
  ) {
    this.caller = new Caller(baseUrl, 'none');
    this.asking = this.ask();
  }

  get last(): number | undefined {
    return this.outcomes.at(-1)?.status;
  }

  async stop(): Promise<void> {
    this.over = true;
    await this.asking;
    await this.caller.close();
  }

  private async ask(): Promise<void> {
    while (!this.over) {
      this.outcomes.push(await this.caller.send({ path: this.path }));
      await sleep(50);
    }
  }
}

export async function healthOf(baseUrl: string): Promise<HealthDetailsDto> {
  const caller = new Caller(baseUrl, 'none');
  const { text } = await caller.send({ path: '/health' });
  await caller.close();
  return JSON.parse(text) as HealthDetailsDto;
}

/** Expects that nothing is held any more, and that all of the pool can be used at once. */
export async function expectWhole(baseUrl: string, key: string): Promise<void> {
  const { database, bulkheads } = await healthOf(baseUrl);
  expect(database).toBe('up');
  for (const [name, { queued }] of Object.entries(bulkheads)) expect({ name, queued }).toEqual({ name, queued: 0 });
  // Hints from other processes may come back a little later than the database.
  await eventually('health is ok', 3_000, async () => (await healthOf(baseUrl)).status === 'ok');
  // One of the process's own looks may hold a place at any moment; a leaked place never comes back.
  await eventually('no place is held', 3_000, async () =>
    Object.values((await healthOf(baseUrl)).bulkheads).every(({ active }) => active === 0),
  );
  const callers = Array.from({ length: 30 }, () => new Caller(baseUrl, key));
  const outcomes = await Promise.all(callers.map((caller) => caller.send({ path: '/v1/usage' })));
  await Promise.all(callers.map((caller) => caller.close()));
  expect(tally(outcomes)).toEqual({ '200': 30 });
}
