// Only syntax that Node can strip: a process without Jest sends shots too.
import type { Client } from 'undici';

/** The outcome of one request. */
export interface Outcome {
  /** The status; undefined when no whole answer came. */
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Code of the error of the socket or of the client, where there is no answer. */
  readonly error: string | undefined;
  /** From the first byte sent to the last received, milliseconds. */
  readonly elapsedMs: number;
}

export interface Shot {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Gives the request up, as a client that goes away does. */
  readonly signal?: AbortSignal;
}

/** Sends one request. Never rejects. @param clockMs what times it, milliseconds. */
export async function fire(
  client: Client,
  key: string,
  { method, path, body, headers, signal }: Shot,
  clockMs: () => number,
): Promise<Outcome> {
  const started = clockMs();
  try {
    const answer = await client.request({
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      path,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await answer.body.text();
    const elapsedMs = clockMs() - started;
    return { status: answer.statusCode, headers: flat(answer.headers), text, error: undefined, elapsedMs };
  } catch (error) {
    const elapsedMs = clockMs() - started;
    return { status: undefined, headers: {}, text: '', error: codeOf(error), elapsedMs };
  }
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

function codeOf(error: unknown): string {
  // Errors of Node's own sockets belong to another realm than the test's.
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
}
