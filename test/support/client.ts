import { Agent, request } from 'undici';
import { assertMatchesContract } from './openapi-check.js';

export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed when it is JSON. */
  readonly body: Body;
  readonly text: string;
}

export interface Call {
  body?: unknown;
  /** Sent as it is, in place of `body`. */
  raw?: string | Buffer;
  headers?: Record<string, string>;
  /** `null` sends no credentials. */
  key?: string | null;
  signal?: AbortSignal;
}

/** Calls the API over real sockets, and holds every answer against the API document. */
export class ApiClient {
  private readonly agent = new Agent({
    connections: 256,
    pipelining: 1,
    headersTimeout: 120_000,
    bodyTimeout: 120_000,
  });

  constructor(
    readonly baseUrl: string,
    private readonly key: string | null,
  ) {}

  /** The same server with other credentials. */
  as(key: string | null): ApiClient {
    return new ApiClient(this.baseUrl, key);
  }

  get<Body = Record<string, unknown>>(path: string, call: Call = {}): Promise<Answer<Body>> {
    return this.call('GET', path, call);
  }

  post<Body = Record<string, unknown>>(path: string, body: unknown, call: Call = {}): Promise<Answer<Body>> {
    return this.call('POST', path, { body, ...call });
  }

  put<Body = Record<string, unknown>>(path: string, body: unknown, call: Call = {}): Promise<Answer<Body>> {
    return this.call('PUT', path, { body, ...call });
  }

  patch<Body = Record<string, unknown>>(path: string, body: unknown, call: Call = {}): Promise<Answer<Body>> {
    return this.call('PATCH', path, { body, ...call });
  }

  delete<Body = Record<string, unknown>>(path: string, call: Call = {}): Promise<Answer<Body>> {
    return this.call('DELETE', path, call);
  }

  async call<Body = Record<string, unknown>>(method: string, path: string, call: Call = {}): Promise<Answer<Body>> {
    const key = call.key === undefined ? this.key : call.key;
    const payload = call.raw ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
    const response = await request(this.baseUrl + path, {
      method: method as 'GET',
      dispatcher: this.agent,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...call.headers,
      },
      ...(payload === undefined ? {} : { body: payload }),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
    const text = await response.body.text();
    const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
    const isJson = /json/.test(headers['content-type'] ?? '') && text !== '';
    const body = (isJson ? JSON.parse(text) : text) as Body;
    assertMatchesContract({
      method,
      url: path,
      status: response.statusCode,
      contentType: headers['content-type'],
      body: text,
    });
    return { status: response.statusCode, headers, body, text };
  }

  close(): Promise<void> {
    return this.agent.close();
  }
}
