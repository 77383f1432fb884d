import { AsyncLocalStorage } from 'node:async_hooks';
import { Pool, type Dispatcher } from 'undici';
import type { Clock } from '../../reliability/ports.js';
import { connectorFor, type Connecting } from './connector.js';
import { Exchange, type AnswerHead, type ExchangeLimits } from './exchange.js';

export interface ProviderHttpOptions {
  /** With its `/v1`; paths are appended. */
  readonly baseUrl: string;
  /** Further requests wait for a free connection, within their own time. */
  readonly maxConnections: number;
  readonly clock: Clock;
}

export interface ProviderPost extends ExchangeLimits {
  /** Below the base URL, without a leading slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
  /** The most bytes that are read of the answer; its `content-length` is ignored. */
  readonly maxAnswerBytes: number;
  /** The longest silence within the answer, milliseconds. */
  readonly stallMs?: number | undefined;
}

/** What a request needs until the head of its answer. */
export type ProviderHead = Omit<ProviderPost, 'maxAnswerBytes' | 'stallMs'>;

/** An answer of which only the head has come. */
export interface OpenProviderAnswer extends AnswerHead {
  readonly exchange: Exchange;
}

export interface ProviderAnswer extends AnswerHead {
  readonly text: string;
}

/** How long an idle connection is kept, unless the provider says less: another handshake costs a tenth of a second. */
const KEEP_ALIVE_MS = 20_000;

/** The transport to one provider: HTTP/1.1 over kept-alive connections. It retries nothing and follows no redirect. */
export class ProviderHttp {
  private readonly pool: Pool;
  private readonly path: string;
  private readonly search: string;
  private readonly clock: Clock;
  private readonly requests = new AsyncLocalStorage<Connecting>();

  constructor({ baseUrl, maxConnections, clock }: ProviderHttpOptions) {
    const base = new URL(baseUrl);
    this.path = base.pathname.replace(/\/+$/, '');
    this.search = base.search;
    this.clock = clock;
    this.pool = new Pool(base.origin, {
      connections: maxConnections,
      connect: connectorFor(this.requests),
      allowH2: false,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** @throws ProviderFault when no whole answer came; the signal's reason when it is aborted. */
  async post({ maxAnswerBytes, stallMs, ...post }: ProviderPost): Promise<ProviderAnswer> {
    const { exchange, status, headers } = await this.begin(post);
    const text = isSuccess(status)
      ? await exchange.text(maxAnswerBytes, stallMs)
      : await exchange.refusal(maxAnswerBytes);
    return { status, headers, text };
  }

  /**
   * As {@link post}, up to the head: the body must then be read, through the exchange. The time limit is that of the head.
   * @throws ProviderFault when no head came; the signal's reason when it is aborted.
   */
  async begin(post: ProviderHead): Promise<OpenProviderAnswer> {
    const exchange = new Exchange(post, this.clock);
    const request: Dispatcher.DispatchOptions = {
      method: 'POST',
      path: `${this.path}/${post.path}${this.search}`,
      headers: {
        'user-agent': 'holdfast',
        'content-type': 'application/json',
        'accept-encoding': 'identity',
        ...post.headers,
      },
      body: post.body,
    };
    const { status, headers } = await exchange.head((connecting) => {
      this.requests.run(connecting, () => this.pool.dispatch(request, exchange));
    });
    return { status, headers, exchange };
  }

  /** Breaks off what is still under way. */
  close(): Promise<void> {
    return this.pool.destroy();
  }
}

/** Every other status is a refusal, redirects included: they are not followed. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}
