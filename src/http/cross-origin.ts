import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AllowedOrigins } from '../config/config.js';
import { ATTEMPTS_HEADER } from './openai-error.js';

export interface CrossOriginOptions {
  readonly allowedOrigins: AllowedOrigins;
  /** Pages of this origin are our own. Read for each request: with port 0 it is known only after listening. */
  readonly baseUrl: string;
}

/** Whether a request from a page of another origin is allowed; undefined for all other clients. */
export type PageOrigin = 'allowed' | 'forbidden' | undefined;

/** Headers that scripts of other origins may read, beside those that the Fetch standard lets them. */
const EXPOSED_HEADERS = [
  'x-request-id',
  'retry-after',
  'location',
  'idempotent-replayed',
  ATTEMPTS_HEADER,
  'x-should-retry',
].join(', ');

/** Request headers that have an effect. A preflight may ask for others too: clients' own headers do no harm. */
const HEEDED_HEADERS = [
  'authorization',
  'content-type',
  'idempotency-key',
  'last-event-id',
  'x-deadline-ms',
  'x-request-id',
  'traceparent',
];

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

/** How long a browser may cache the answer to a preflight, seconds: Chromium caches none for longer. */
const MAX_AGE = '7200';

/**
 * Lets pages of other origins call, as far as the operator has allowed it: the CORS protocol of the Fetch standard. Cookies
 * authorise nothing here, so the protocol's credentials are never allowed.
 */
export class CrossOrigin {
  private readonly listed: ReadonlySet<string>;
  private own: { readonly baseUrl: string; readonly origin: string } | undefined;

  constructor(private readonly options: CrossOriginOptions) {
    this.listed = new Set(options.allowedOrigins === '*' ? [] : options.allowedOrigins);
  }

  /** Judges the `Origin` of a request for the API, and sets the CORS headers of its answer, be it a success or an error. */
  meet(origin: string, request: FastifyRequest, reply: FastifyReply): PageOrigin {
    if (this.isOwn(origin, request.headers.host)) return undefined;
    const isOpen = this.options.allowedOrigins === '*';
    if (!isOpen) reply.header('vary', 'Origin');
    if (!isOpen && !this.listed.has(origin)) return 'forbidden';
    reply
      .header('access-control-allow-origin', isOpen ? '*' : origin)
      .header('access-control-expose-headers', EXPOSED_HEADERS);
    return 'allowed';
  }

  /** Accepts both schemes of our host: behind a proxy that ends TLS, the page's scheme differs from ours. */
  private isOwn(origin: string, host: string | undefined): boolean {
    const { baseUrl } = this.options;
    if (this.own?.baseUrl !== baseUrl) this.own = { baseUrl, origin: new URL(baseUrl).origin };
    if (origin === this.own.origin) return true;
    const name = host?.toLowerCase();
    return origin === `https://${name}` || origin === `http://${name}`;
  }
}

/** Whether the path or pattern belongs to the API. Pages, probes and metrics do not: other origins' pages must not read them. */
export function isApi(path: string): boolean {
  return path.startsWith('/v1/');
}

/** Whether the request is a browser's preflight. */
export function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/** Answers a preflight from an origin that may call. */
export function answerPreflight(request: FastifyRequest, reply: FastifyReply, methods: readonly string[]): void {
  void reply
    .code(204)
    .headers({
      'access-control-allow-methods': methods.join(', '),
      'access-control-allow-headers': allowedHeaders(request.headers['access-control-request-headers']),
      'access-control-max-age': MAX_AGE,
    })
    .send();
}

function allowedHeaders(asked: string | undefined): string {
  const names = asked?.toLowerCase().split(',') ?? [];
  const sound = names.map((name) => name.trim()).filter((name) => HEADER_NAME.test(name));
  return [...new Set([...HEEDED_HEADERS, ...sound])].join(', ');
}
