import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { callApi } from './api.js';
import { httpRequest, type LoadResult } from './http-load.js';
import { PLAN_ANSWER, PLAN_STEPS } from './plan-answer.js';
import { oneProvider, PROVIDER_KEY } from './provider-settings.js';
import {
  removeFolder,
  startProgram,
  startServer,
  temporaryFolder,
  type BenchProgram,
  type BenchServer,
} from './server.js';
import { undoneOnFailure } from './undo.js';

const MODEL = 'plan-1';
const LARGEST_QUOTA = 1_000_000_000;
const TASK =
  'Move a household of four from a flat to a house at the other end of town by the end of next month, with a piano, two ' +
  'cats and a cellar that nobody has opened for years';
const HINTS = ['the van must be small enough for the old town', 'both parents work until six'];

export interface BreakdownsOptions {
  /** How long the provider takes to answer, milliseconds. */
  readonly latencyMs: number;
  /** Calls to the provider at once. */
  readonly maxConcurrency: number;
}

/** A server with one provider and a quota, and the requests to both. */
export interface Breakdowns {
  readonly folder: string;
  readonly server: BenchServer;
  readonly provider: BenchProgram;
  /** Asks the server for a breakdown, of another text each time: no two people send the same. */
  readonly request: () => string;
  /** The same with another key. */
  requestAs(key: string): string;
  /** The server's own request, for the provider or a gateway before it. */
  providerRequest(headers?: Readonly<Record<string, string>>): string;
  stop(): Promise<void>;
}

export function startBreakdowns({ latencyMs, maxConcurrency }: BreakdownsOptions): Promise<Breakdowns> {
  return undoneOnFailure(async (undo) => {
    const folder = await temporaryFolder();
    undo.add(() => removeFolder(folder));
    const requestFile = join(folder, 'provider-request');
    const provider = await startProgram('fixed-provider.js', folder, [requestFile, String(latencyMs)]);
    undo.add(() => provider.stop());
    const server = await startServer(folder, oneProvider(provider.port, MODEL, maxConcurrency));
    undo.add(() => server.stop());
    await callApi(server.port, server.key, 'PUT', '/v1/quotas/breakdown', { limit: LARGEST_QUOTA });
    if (!isPlan(await callApi(server.port, server.key, 'POST', '/v1/breakdowns', taskOf(0))))
      throw new Error('no plan came');
    const providerBody = await readFile(requestFile, 'utf8');
    const providerHeaders = { authorization: `Bearer ${PROVIDER_KEY}` };
    let asked = 0;
    const requestAs = (key: string) =>
      httpRequest('POST', '/v1/breakdowns', { authorization: `Bearer ${key}` }, JSON.stringify(taskOf((asked += 1))));
    return {
      folder,
      server,
      provider,
      request: () => requestAs(server.key),
      requestAs,
      providerRequest: (more = {}) =>
        httpRequest('POST', '/v1/chat/completions', { ...providerHeaders, ...more }, providerBody),
      stop: undo.run,
    };
  });
}

function taskOf(boxes: number): object {
  return { input_text: `${TASK}, and ${boxes} boxes`, granularity: 3, context_hints: HINTS };
}

/** @throws unless every answer is a success, and the last one of each connection the plan of the provider. */
export function checkBreakdowns(result: LoadResult): LoadResult {
  return checked(result, isPlan);
}

function isPlan({ steps, provider, degraded }: Record<string, unknown>): boolean {
  return provider === 'a' && degraded === false && Array.isArray(steps) && steps.length === PLAN_STEPS;
}

/** @throws unless every answer is a success, and the last one of each connection the completion of the provider. */
export function checkCompletions(result: LoadResult): LoadResult {
  return checked(result, ({ choices }) => {
    const [choice] = choices as { message: { content: string } }[];
    return choice?.message.content === PLAN_ANSWER;
  });
}

function checked(result: LoadResult, isRight: (body: Record<string, unknown>) => boolean): LoadResult {
  if (result.failed > 0) throw new Error(`${result.failed} requests failed: ${result.samples.join('\n')}`);
  const wrong = result.samples.find((sample) => !isRight(JSON.parse(sample) as Record<string, unknown>));
  if (wrong !== undefined) throw new Error(`a wrong answer: ${wrong}`);
  return result;
}
