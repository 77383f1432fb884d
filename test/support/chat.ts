import OpenAI from 'openai';
import { request } from 'undici';
import { BOOTSTRAP_KEY, type TestApp } from './app.js';
import type { ChainApp } from './chain-app.js';
import { eventsIn } from './provider-client.js';
import { ownMs } from './own-time.js';

/** OpenAI's own client, pointed at the application; it repeats nothing. */
export function openAiClient(app: Pick<TestApp, 'baseUrl'>, apiKey = BOOTSTRAP_KEY): OpenAI {
  return new OpenAI({ baseURL: `${app.baseUrl}/v1`, apiKey, maxRetries: 0 });
}

export const QUESTION = [{ role: 'user' as const, content: 'What now?' }];

/** What a client has heard of a stream. */
export interface HeardStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The `data:` of every event, parsed where it is JSON. */
  readonly events: readonly unknown[];
  readonly content: string;
  readonly finish: string | undefined;
  /** Of the chunks, in order, each once. */
  readonly models: readonly string[];
  readonly ids: readonly string[];
  readonly usage: { completion_tokens: number; prompt_tokens: number } | undefined;
  /** What an error within it said. */
  readonly error: { message: string; type: string; code: string } | undefined;
  readonly isDone: boolean;
  readonly text: string;
}

interface Chunk {
  readonly id?: string;
  readonly model?: string;
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null };
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: HeardStream['usage'] | null;
  readonly error?: HeardStream['error'];
}

/** Asks for a stream with a bare HTTP client, and reads it to its end. */
export async function heardFrom(baseUrl: string, body: object = {}, headers: object = {}): Promise<HeardStream> {
  const response = await request(`${baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${BOOTSTRAP_KEY}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'auto', messages: QUESTION, stream: true, ...body }),
  });
  return heardIn(response.statusCode, response.headers, await response.body.text());
}

export function heardIn(status: number, headers: HeardStream['headers'], text: string): HeardStream {
  const events = eventsIn(text);
  const chunks = events.filter((event): event is Chunk => typeof event === 'object' && event !== null);
  const choices = chunks.flatMap(({ choices: all }) => all ?? []);
  return {
    status,
    headers,
    events,
    content: choices.map(({ delta }) => delta?.content ?? '').join(''),
    finish: choices.find(({ finish_reason: finish }) => finish)?.finish_reason ?? undefined,
    models: [...new Set(chunks.flatMap(({ model }) => model ?? []))],
    ids: [...new Set(chunks.flatMap(({ id }) => id ?? []))],
    usage: chunks.findLast(({ usage }) => usage)?.usage ?? undefined,
    error: chunks.find(({ error }) => error)?.error,
    isDone: events.at(-1) === '[DONE]',
    text,
  };
}

/** Units charged for chats; nothing may be reserved any more. */
export async function chargedChats({ app, api }: ChainApp): Promise<number> {
  const reserved = await app.database.query('SELECT id FROM usage_reservations');
  if (reserved.length > 0) throw new Error(`${reserved.length} reservations are left`);
  const { body } = await api.get<{ data: { feature: string; count: number }[] }>('/v1/usage');
  return body.data.find(({ feature }) => feature === 'chat')?.count ?? 0;
}

/** How a chat ended, streamed or not. */
export interface ChatOutcome {
  readonly status: number;
  readonly content: string;
  readonly finish: string | undefined;
  /** The providers that have said something, in order. */
  readonly models: readonly string[];
  readonly attempts: number;
  readonly code: string | undefined;
  readonly message: string | undefined;
  /** It ended as a success: with `[DONE]`, or with a whole body. */
  readonly isWhole: boolean;
  readonly usage: HeardStream['usage'];
  readonly elapsedMs: number;
}

interface Completion extends Chunk {
  readonly choices?: readonly { readonly message?: { readonly content?: string | null }; finish_reason?: string }[];
}

/** Asks the chain for a chat. */
export async function chat(
  { api, app }: Pick<ChainApp, 'api' | 'app'>,
  { stream, headers = {}, ...body }: { stream: boolean; headers?: Record<string, string>; [field: string]: unknown },
): Promise<ChatOutcome> {
  const startedMs = ownMs();
  if (stream) {
    const heard = await heardFrom(app.baseUrl, { stream_options: { include_usage: true }, ...body }, headers);
    const refusal = heard.status === 200 ? undefined : (JSON.parse(heard.text) as Chunk);
    const error = heard.error ?? refusal?.error;
    return { ...heard, ...outcomeOf(heard, error, startedMs), isWhole: heard.isDone };
  }
  const sent = { model: 'auto', messages: QUESTION, ...body };
  const { status, headers: got, body: answer } = await api.post<Completion>('/v1/chat/completions', sent, { headers });
  const [choice] = answer.choices ?? [];
  return {
    content: choice?.message?.content ?? '',
    finish: choice?.finish_reason,
    models: answer.model === undefined ? [] : [answer.model],
    usage: answer.usage ?? undefined,
    ...outcomeOf({ status, headers: got }, answer.error, startedMs),
    isWhole: status === 200,
  };
}

function outcomeOf(
  { status, headers }: Pick<HeardStream, 'status' | 'headers'>,
  error: HeardStream['error'],
  startedMs: number,
): Pick<ChatOutcome, 'status' | 'attempts' | 'code' | 'message' | 'elapsedMs'> {
  const elapsedMs = ownMs() - startedMs;
  const attempts = Number(headers['x-holdfast-attempts']);
  return { status, attempts, code: error?.code, message: error?.message, elapsedMs };
}
