import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { EventStream, expectLogged, expectProven, type SentEvent } from '../support/event-stream.js';
import { ReplicaProcesses } from '../support/replica-processes.js';
import { logOf } from '../support/session-log.js';
import { madeSession } from '../support/sessions.js';
import { until } from '../support/until.js';
import { SeededRandom, seedOfRun } from '../support/seeded-random.js';

const CLIENTS = 1_000;
const ROUNDS = 200;
/** A thousand clients and their server share the machine with whatever else runs there. */
const CAUGHT_UP_MS = 120_000;

let replicas: ReplicaProcesses;
beforeAll(async () => void (replicas = await ReplicaProcesses.open()));
afterEach(() => replicas.sweep());
afterAll(() => replicas.close());

const start = (env: Record<string, string> = {}) => replicas.start({ LOG_LEVEL: 'warn', ...env });

/** Follows a session to its end as a client does: comes back after a while, with the last id that it has. */
class Follower {
  readonly events: SentEvent[] = [];
  readonly refusals: number[] = [];
  done = false;
  private stream: EventStream | undefined;

  constructor(
    private readonly id: string,
    private readonly random: SeededRandom,
  ) {}

  get lastId(): string | undefined {
    return [...this.events, ...(this.stream?.events ?? [])].findLast(({ id }) => id !== undefined)?.id;
  }

  async follow(baseUrl: () => string): Promise<void> {
    while (!this.done) {
      try {
        const last = this.lastId;
        this.stream = await EventStream.open(baseUrl(), this.id, last === undefined ? {} : { lastEventId: last });
        const { stream } = this;
        while (!stream.ended) await pause(20);
        if (stream.status >= 400) this.refusals.push(stream.status);
        else this.events.push(...stream.events);
        this.done = stream.status === 204 || this.events.at(-1)?.event === 'complete';
        this.stream = undefined;
      } catch {
        // There is no server at the moment.
      }
      if (!this.done) await pause(1_000 + this.random.next() * 2_000);
    }
  }

  cut(): void {
    this.stream?.close();
  }
}

describe('a thousand clients whose server is killed', () => {
  it('come back at once to the next one and have everything, at a bounded load, refused by nothing but 503', async () => {
    const random = new SeededRandom(seedOfRun());
    process.stdout.write(`TEST_SEED=${random.seed}\n`);
    let server = await start({ HOLDFAST_ROLE: 'api' });
    const ids: string[] = [];
    for (let at = 0; at < 10; at++)
      ids.push((await madeSession(server.api, { council: { seats: 3, max_rounds: 2 } })).id);
    const followers = Array.from({ length: CLIENTS }, (_, at) => new Follower(ids[at % ids.length] ?? '', random));
    const all = Promise.all(followers.map((one) => one.follow(() => server.baseUrl)));
    const open = async () => (await server.api.get('/metrics')).text;
    await until(async () => /holdfast_streams_open 1000\n/.test(await open()), CAUGHT_UP_MS);
    server.app.kill('SIGKILL');
    const statements = await countStatements();
    server = await start();
    await until(async () => {
      await pause(100);
      return followers.every(({ done }) => done);
    }, CAUGHT_UP_MS);
    await all;
    for (const [at, { events }] of followers.entries()) {
      expectLogged(events, await logOf(replicas.database, ids[at % ids.length] ?? ''));
      expectProven(events);
    }
    expect(followers.flatMap(({ refusals }) => refusals).filter((status) => status !== 503)).toEqual([]);
    // The councils' own included. A read of the log per client and event would be twenty thousand.
    expect((await countStatements()) - statements).toBeLessThan(4 * CLIENTS);
  });
});

describe('clients that come and go while councils deliberate', () => {
  it('always end with the whole log', async () => {
    const random = new SeededRandom(seedOfRun());
    process.stdout.write(`TEST_SEED=${random.seed}\n`);
    const [one, two] = [await start(), await start({ HOLDFAST_ROLE: 'api' })];
    for (let round = 0; round < ROUNDS; round++) {
      const { id } = await madeSession(one.api, { council: { seats: 3, max_rounds: 2 } });
      const streams: EventStream[] = [];
      for (let at = 0; at < 12; at++) {
        const from = streams[Math.floor(random.next() * streams.length)]?.lastId;
        const { baseUrl } = random.next() < 0.5 ? one : two;
        streams.push(await EventStream.open(baseUrl, id, from === undefined ? {} : { lastEventId: from }));
        await pause(random.next() * 10);
      }
      await until(() => streams.every(({ ended }) => ended));
      const log = await logOf(replicas.database, id);
      for (const { logged, status } of streams) {
        if (status === 204 || status === 429) continue;
        expectLogged(logged, log, { after: (Number(logged[0]?.id?.split('.')[1]) || 1) - 1 });
      }
    }
  });
});

async function countStatements(): Promise<number> {
  const [row] = await replicas.database.query<{ count: string }>(
    'SELECT xact_commit + xact_rollback AS count FROM pg_stat_database WHERE datname = current_database()',
  );
  return Number(row?.count ?? 0);
}
