import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal, RequestContext, TraceContext } from '../reliability/context/request-context.js';
import type { Deadline } from '../reliability/deadline/deadline.js';
import type { AppError } from '../reliability/errors/app-error.js';
import type { IdempotentRequest } from '../reliability/idempotency/idempotent-request.js';
import type { RouteMeter } from '../telemetry/http-metrics.js';
import type { Logger } from '../telemetry/logger.js';
import type { RouteSettings } from './access.js';
import type { PageOrigin } from './cross-origin.js';
import { traceFrom } from './trace-parent.js';

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange | null;
  }
}

/** The parts that all requests of a route share, made once. */
export interface RoutePlan {
  readonly settings: RouteSettings;
  /** Whether it belongs to the API, which pages of other origins may call. */
  readonly isApi: boolean;
  readonly meter: RouteMeter;
  /** Its lines carry route and method. */
  readonly log: Logger;
}

export interface ExchangeOptions {
  requestId: string;
  deadline: Deadline;
  /** The clock's monotonic milliseconds when the head had been read. */
  startedMs: number;
  plan: RoutePlan;
  request: FastifyRequest;
  reply: FastifyReply;
}

/** The parts of an exchange that logs and metrics need when it is over. */
export interface ExchangeRecord extends Pick<Exchange, 'requestId' | 'startedMs' | 'plan' | 'failure' | 'knownTrace'> {
  readonly principal?: Principal | undefined;
}

/** One request and its answer, from the end of the head to the last byte: the context that all layers below can see. */
export class Exchange implements RequestContext {
  readonly requestId: string;
  readonly deadline: Deadline;
  readonly startedMs: number;
  readonly plan: RoutePlan;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  principal?: Principal;
  pageOrigin: PageOrigin = undefined;
  idempotency: IdempotentRequest | undefined = undefined;
  /** The problem that was answered. */
  failure: AppError | undefined = undefined;
  finished = false;
  private traceContext: TraceContext | undefined = undefined;

  constructor(options: ExchangeOptions) {
    this.requestId = options.requestId;
    this.deadline = options.deadline;
    this.startedMs = options.startedMs;
    this.plan = options.plan;
    this.request = options.request;
    this.reply = options.reply;
  }

  /** Made on first use: most requests call no service that needs it. */
  get trace(): TraceContext {
    return (this.traceContext ??= traceFrom(this.traceparent));
  }

  /** The trace, if the client sent one or a layer below has used it. */
  get knownTrace(): TraceContext | undefined {
    return this.traceparent === undefined ? this.traceContext : this.trace;
  }

  private get traceparent(): string | undefined {
    const header = this.request.headers['traceparent'];
    return typeof header === 'string' ? header : undefined;
  }
}
