import type { BreakdownDto } from '../../src/features/breakdown/dto/breakdown.dto.js';
import type { HealthDetailsDto } from '../../src/health/dto/health.dto.js';
import { startTestApp, type TestApp } from './app.js';
import type { Answer, ApiClient, Call } from './client.js';
import { FakeProvider } from './fake-provider/index.js';
import { ownMs } from './own-time.js';

/** The kinds of provider that speak over a network, each in its own dialect. */
export const KINDS = ['openai-compatible', 'anthropic'] as const;
export type NetworkKind = (typeof KINDS)[number];

export interface ChainOptions {
  kind?: NetworkKind;
  /** Settings beside those that name the chain. */
  env?: Record<string, string>;
}

/** An answer, and how long the client has waited for it. */
export interface TimedAnswer extends Answer<BreakdownDto> {
  readonly elapsedMs: number;
}

/** What the operator sets for a provider of that name. */
export function chainEnv(
  providers: Readonly<Record<string, FakeProvider>>,
  kind: NetworkKind = 'openai-compatible',
): Record<string, string> {
  const names = Object.keys(providers);
  const fields = Object.entries(providers).flatMap(([name, { baseUrl }]) => {
    const prefix = `LLM_${name.toUpperCase()}`;
    return [
      [`${prefix}_KIND`, kind],
      [`${prefix}_BASE_URL`, baseUrl],
      [`${prefix}_MODEL`, 'm'],
      [`${prefix}_API_KEY`, `key-of-${name}`],
    ];
  });
  return { LLM_PROVIDERS: names.join(','), ...(Object.fromEntries(fields) as Record<string, string>) };
}

/** Asks for a breakdown, and takes the time. */
export async function timedBreakdown(api: ApiClient, body: object = {}, call: Call = {}): Promise<TimedAnswer> {
  const startedMs = ownMs();
  const answer = await api.post<BreakdownDto>('/v1/breakdowns', { input_text: 'Fix my bike', ...body }, call);
  return { ...answer, elapsedMs: ownMs() - startedMs };
}

/** The whole application in front of two fake providers: `a`, and `b` behind it when the chain has two. */
export class ChainApp {
  private constructor(
    readonly app: TestApp,
    readonly a: FakeProvider,
    readonly b: FakeProvider,
  ) {}

  /** In front of `a` alone. */
  static single(options: ChainOptions = {}): Promise<ChainApp> {
    return ChainApp.start(options, false);
  }

  /** In front of `a`, with `b` behind it. */
  static double(options: ChainOptions = {}): Promise<ChainApp> {
    return ChainApp.start(options, true);
  }

  private static async start({ kind, env }: ChainOptions, both: boolean): Promise<ChainApp> {
    const [a, b] = [await FakeProvider.start(), await FakeProvider.start()];
    try {
      const app = await startTestApp({ ...chainEnv(both ? { a, b } : { a }, kind), ...env });
      return new ChainApp(app, a, b);
    } catch (error) {
      // Servers that go on listening would hang the run.
      await Promise.all([a.stop(), b.stop()]);
      throw error;
    }
  }

  get api(): ApiClient {
    return this.app.api;
  }

  ask(body: object = {}, call: Call = {}): Promise<TimedAnswer> {
    return timedBreakdown(this.api, body, call);
  }

  /** Attempts at a provider so far, by outcome, as the metrics tell. */
  async attempts(provider: string): Promise<Record<string, number>> {
    return attemptsIn((await this.api.get('/metrics')).text, provider);
  }

  async health(): Promise<HealthDetailsDto> {
    return (await this.api.get<HealthDetailsDto>('/health')).body;
  }

  /** What is charged for breakdowns; nothing may be reserved any more. */
  async charged(): Promise<number> {
    const reserved = await this.app.database.query('SELECT id FROM usage_reservations');
    if (reserved.length > 0) throw new Error(`${reserved.length} reservations are left`);
    const { body } = await this.api.get<{ data: { feature: string; count: number }[] }>('/v1/usage');
    return body.data.find(({ feature }) => feature === 'breakdown')?.count ?? 0;
  }

  async close(): Promise<void> {
    await this.app.close();
    await Promise.all([this.a.stop(), this.b.stop()]);
  }
}

/** Reads `holdfast_llm_attempts_total` of one provider out of the text of `/metrics`. */
export function attemptsIn(metrics: string, provider: string): Record<string, number> {
  const series = metrics.matchAll(
    /^holdfast_llm_attempts_total\{provider="(\w+)",model="[^"]*",outcome="(\w+)"\} (\d+)$/gm,
  );
  const counts: Record<string, number> = {};
  for (const [, name, outcome = '', count] of series) if (name === provider) counts[outcome] = Number(count);
  return counts;
}
