import { randomUUID } from 'node:crypto';
import { BOOTSTRAP_KEY } from './app.js';
import { composeTestApp, type ComposedApp } from './composed-app.js';
import type { TestDatabase } from './database.js';
import { COURSES, ThingsController, thingsOf, type Course } from './idempotent-things.js';
import { Caller, type Outcome } from './load.js';
import { until } from './until.js';

/** Where a request goes. */
export type Place = 'here' | 'there';

const POOL = { DATABASE_POOL_SIZE: '4' };

/** Two replicas on one database, each with a small pool, and one request that is sent to them again and again. */
export class IdempotentReplicas {
  private readonly connections: Caller[] = [];
  private key = '';
  private name = '';

  private constructor(private readonly apps: Readonly<Record<Place, ComposedApp>>) {}

  static async open(): Promise<IdempotentReplicas> {
    const here = await composeTestApp({ controllers: [ThingsController], env: POOL });
    const there = await composeTestApp({ controllers: [ThingsController], env: POOL, database: here.database });
    return new IdempotentReplicas({ here, there });
  }

  async close(): Promise<void> {
    await this.apps.there.close();
    await this.apps.here.close();
  }

  get database(): TestDatabase {
    return this.apps.here.database;
  }

  /** Another request, under a key of its own. */
  async renew(): Promise<void> {
    COURSES.clear();
    await Promise.all(this.connections.splice(0).map((caller) => caller.close()));
    this.key = randomUUID();
    this.name = `thing-${randomUUID()}`;
  }

  /** Sends the request on a connection of its own. */
  post(
    to: Place = 'here',
    { deadlineMs, signal }: { deadlineMs?: number; signal?: AbortSignal } = {},
  ): Promise<Outcome> {
    const deadline = deadlineMs === undefined ? {} : { 'x-deadline-ms': String(deadlineMs) };
    const headers = { 'idempotency-key': this.key, ...deadline };
    return this.connect(to).send({
      path: '/toys/things',
      body: { name: this.name },
      headers,
      ...(signal && { signal }),
    });
  }

  connect(to: Place): Caller {
    const caller = new Caller(this.apps[to].api.baseUrl, BOOTSTRAP_KEY);
    this.connections.push(caller);
    return caller;
  }

  /** How often the request had its effect. */
  made(): Promise<number> {
    return thingsOf(this.database, this.name);
  }

  /** How many keys are held without an answer. */
  async underWay(): Promise<number> {
    const held = await this.database.query(`SELECT FROM idempotency_keys WHERE answer IS NULL AND expires_at > now()`);
    return held.length;
  }

  /** What happens while it has its effect. */
  let(course: Course): void {
    COURSES.set(this.name, course);
  }

  /** Stops the first request that reaches this point, until the test lets it go on. */
  hold(
    at: keyof Course,
    earlier: Course = {},
  ): { go: () => void; fail: (error: Error) => void; arrived: Promise<void> } {
    const gate = Promise.withResolvers<void>();
    let arrivals = 0;
    this.let({ ...earlier, [at]: () => (arrivals++ === 0 ? gate.promise : Promise.resolve()) });
    return { go: gate.resolve, fail: gate.reject, arrived: until(() => arrivals > 0) };
  }
}

export function isReplay({ headers }: Outcome): boolean {
  return headers['idempotent-replayed'] === 'true';
}
