import { setTimeout as pause } from 'node:timers/promises';
import type { SessionDto, SessionResultDto } from '../../src/features/sessions/dto/session.dto.js';
import { systemClock, type Clock } from '../../src/reliability/ports.js';
import { chainEnv } from './chain-app.js';
import type { Answer, ApiClient } from './client.js';
import { composeTestApp, type ComposedApp } from './composed-app.js';
import { councilAnswers, keyOf } from './council-answers.js';
import type { TestDatabase } from './database.js';
import type { MovableClock } from './movable-clock.js';
import { FakeProvider, type Behaviour, type ReceivedCall } from './fake-provider/index.js';
import { logOf, type LogEntry } from './session-log.js';
import { until } from './until.js';

export interface CouncilAppOptions {
  /** Default: the system's. */
  clock?: Clock;
  /** Whether `b` stands behind `a`. */
  both?: boolean;
  /** Settings beside those that name the chain. */
  env?: Record<string, string>;
  database?: TestDatabase;
  /** What the providers say; by default what a council does. */
  answer?: (call: ReceivedCall) => string;
}

export const GOAL = 'Open a second bakery in the old station by June';

/** Often enough to lose no time, seldom enough to leave the processor to the application. */
const POLL_MS = 10;

/** The whole application, its worker included, in front of fake providers that answer as a council does. */
export class CouncilApp {
  private readonly troubles: { keys: RegExp; behaviour: Behaviour; providers: readonly FakeProvider[] }[] = [];

  private constructor(
    readonly app: ComposedApp,
    readonly a: FakeProvider,
    readonly b: FakeProvider,
  ) {
    for (const provider of [a, b])
      provider.when((call) => {
        const key = keyOf(call) ?? '';
        return this.troubles.find(({ keys, providers }) => providers.includes(provider) && keys.test(key))?.behaviour;
      });
  }

  static async start(options: CouncilAppOptions = {}) {
    const { clock = systemClock, both = false, env, database, answer = councilAnswers() } = options;
    const [a, b] = [await FakeProvider.start({ answer }), await FakeProvider.start({ answer })];
    try {
      const chain = { ...chainEnv(both ? { a, b } : { a }), ...env };
      const app = await composeTestApp({ clock, env: chain, ...(database === undefined ? {} : { database }) });
      return new CouncilApp(app, a, b);
    } catch (error) {
      await Promise.all([a.stop(), b.stop()]);
      throw error;
    }
  }

  get api(): ApiClient {
    return this.app.api;
  }

  /** @returns the session's id. */
  async create(council: object = {}, body: object = {}, api = this.api): Promise<string> {
    const answer = await api.post<SessionDto>('/v1/sessions', { goal: GOAL, council, ...body });
    if (answer.status !== 201) throw new Error(`no session was made: ${answer.text}`);
    return answer.body.id;
  }

  async session(id: string, api = this.api): Promise<SessionDto> {
    return (await api.get<SessionDto>(`/v1/sessions/${id}`)).body;
  }

  async result(id: string): Promise<SessionResultDto> {
    return (await this.api.get<SessionResultDto>(`/v1/sessions/${id}/result`)).body;
  }

  control(id: string, action: string): Promise<Answer> {
    return this.api.post(`/v1/sessions/${id}/${action}`, undefined);
  }

  /** Waits until no worker works on the session any more. */
  async ended(id: string, api = this.api): Promise<SessionDto> {
    await until(async () => {
      await pause(POLL_MS);
      return isAtRest(await this.session(id, api));
    });
    return this.session(id, api);
  }

  /** As {@link ended}, while the clock runs much faster. */
  async endedSoon(id: string, clock: MovableClock, stepMs?: number): Promise<SessionDto> {
    await until(async () => {
      await this.passing(5_000, clock, stepMs);
      return isAtRest(await this.session(id));
    });
    return this.session(id);
  }

  /** Lets time pass in steps; after each of them calls may go to and fro for a moment. */
  async passing(ms: number, clock: MovableClock, stepMs = 500): Promise<void> {
    const endMs = clock.monotonicMs() + ms;
    while (clock.monotonicMs() < endMs) {
      await clock.skip(stepMs);
      await pause(3);
    }
  }

  /** Lets time pass until a call is asked whose key matches. */
  async askedSoon(id: string, keys: RegExp, clock: MovableClock): Promise<void> {
    await until(async () => {
      await this.passing(1_000, clock);
      return Object.keys(this.calls(id)).some((key) => keys.test(key));
    });
  }

  /** Providers, both by default, meet the calls whose key matches with a behaviour; what was said last counts. */
  meet(keys: RegExp, behaviour: Behaviour, providers: readonly FakeProvider[] = [this.a, this.b]): void {
    this.troubles.unshift({ keys, behaviour, providers });
  }

  /** Both providers answer well again; what they have received is kept. */
  heal(): void {
    this.troubles.length = 0;
  }

  log(id: string): Promise<readonly LogEntry[]> {
    return logOf(this.app.database, id);
  }

  /** How often each call of a session arrived at any provider, by its key. */
  calls(id: string): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const call of [...this.a.calls, ...this.b.calls]) {
      const key = keyOf(call);
      if (key !== undefined && call.callId === `${id}/${key}`) counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
  }

  async close(): Promise<void> {
    await this.app.close();
    await Promise.all([this.a.stop(), this.b.stop()]);
  }
}

function isAtRest({ status }: SessionDto): boolean {
  return status !== 'queued' && status !== 'running';
}
