import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { callApi } from './api.js';
import { httpRequest, loadHttp, type LoadResult } from './http-load.js';
import { PLAN_ANSWER } from './plan-answer.js';
import { startPortkey } from './portkey.js';
import { oneProvider, PROVIDER_KEY } from './provider-settings.js';
import { removeFolder, startProgram, startServer, temporaryFolder } from './server.js';
import { undoneOnFailure } from './undo.js';

const MODEL = 'chat-1';
const PATH = '/v1/chat/completions';
const LARGEST_QUOTA = 1_000_000_000;

/** The three ways to one and the same answer. */
export const WAYS = ['direct', 'portkey', 'holdfast'] as const;
export type Way = (typeof WAYS)[number];

export interface Gateways {
  readonly portkeyVersion: string;
  readonly pids: Readonly<Record<'portkey' | 'holdfast', number>>;
  /** Sends the same request over and over. @throws unless every answer is whole and right. */
  load(way: Way, stream: boolean, load: { connections: number; durationMs: number }): Promise<LoadResult>;
  stop(): Promise<void>;
}

export interface GatewaysOptions {
  /** Calls to the provider at once. */
  readonly maxConcurrency: number;
  /** Whether the tenant has a quota, from which every call has to take its unit first. */
  readonly quota: boolean;
}

/** An instant provider, with Portkey's gateway and the application before it, which authenticates and charges. */
export function startGateways({ maxConcurrency, quota }: GatewaysOptions): Promise<Gateways> {
  return undoneOnFailure(async (undo) => {
    const folder = await temporaryFolder();
    undo.add(() => removeFolder(folder));
    const requestFile = join(folder, 'provider-request');
    const provider = await startProgram('fixed-provider.js', folder, [requestFile, '0']);
    undo.add(() => provider.stop());
    const server = await startServer(folder, oneProvider(provider.port, MODEL, maxConcurrency));
    undo.add(() => server.stop());
    if (quota) await callApi(server.port, server.key, 'PUT', '/v1/quotas/chat', { limit: LARGEST_QUOTA });
    const portkey = await startPortkey(folder);
    undo.add(() => portkey.stop());

    const body = (model: string, stream: boolean) =>
      JSON.stringify({
        model,
        messages: [
          { role: 'system', content: 'Answer in a few words, and only with what you know.' },
          {
            role: 'user',
            content: 'What does it take to move a household of four to the other end of town? '.repeat(8),
          },
        ],
        temperature: 0.2,
        ...(stream && { stream: true, stream_options: { include_usage: true } }),
      });
    const ports: Readonly<Record<Way, number>> = {
      direct: provider.port,
      portkey: portkey.port,
      holdfast: server.port,
    };
    const providerHeaders = { authorization: `Bearer ${PROVIDER_KEY}` };
    const headers: Readonly<Record<Way, Record<string, string>>> = {
      direct: providerHeaders,
      portkey: { ...providerHeaders, ...portkey.headersFor(provider.port) },
      holdfast: { authorization: `Bearer ${server.key}` },
    };
    const requestTo = (way: Way, stream: boolean) =>
      httpRequest('POST', PATH, headers[way], body(way === 'holdfast' ? 'auto' : MODEL, stream));
    await callApi(server.port, server.key, 'POST', PATH, JSON.parse(body('auto', false)) as object);
    if (!(await readFile(requestFile, 'utf8')).includes('household')) throw new Error('the provider was not asked');

    return {
      portkeyVersion: portkey.version,
      pids: { portkey: portkey.pid, holdfast: server.pid },
      load: async (way, stream, load) => {
        const request = requestTo(way, stream);
        return checked(await loadHttp({ port: ports[way], ...load, request: () => request }), stream);
      },
      stop: undo.run,
    };
  });
}

function checked(result: LoadResult, stream: boolean): LoadResult {
  if (result.failed > 0) throw new Error(`${result.failed} requests failed: ${result.samples.join('\n')}`);
  const wrong = result.samples.find((sample) => !(stream ? isWholeStream(sample) : isCompletion(sample)));
  if (wrong !== undefined) throw new Error(`a wrong answer: ${wrong}`);
  return result;
}

function isCompletion(sample: string): boolean {
  const { choices } = JSON.parse(sample) as { choices: { message: { content: string } }[] };
  return choices[0]?.message.content === PLAN_ANSWER;
}

/** In chunks, whose sizes stand in between. */
function isWholeStream(sample: string): boolean {
  const data = [...sample.matchAll(/^data: (\{.*\})\r?$/gm)].map(([, json = '']) => JSON.parse(json) as Chunk);
  const content = data.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
  return content === PLAN_ANSWER && sample.includes('data: [DONE]');
}

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string } }[];
}
