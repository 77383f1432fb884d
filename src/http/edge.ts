import type { FastifyReply, FastifyRequest } from 'fastify';
import { StartupFault } from '../config/startup-fault.js';
import { ClientGone, Deadline } from '../reliability/deadline/deadline.js';
import { AppError } from '../reliability/errors/app-error.js';
import type { ProblemWriter } from '../reliability/errors/problem.filter.js';
import { systemClock, type Clock } from '../reliability/ports.js';
import type { HttpMetrics } from '../telemetry/http-metrics.js';
import type { Logger } from '../telemetry/logger.js';
import type { RouteSettings } from './access.js';
import type { Authenticator } from './authenticator.js';
import type { BareConnection } from './bare-connection.js';
import { isApi, type CrossOrigin } from './cross-origin.js';
import { deadlineMsFrom } from './deadline-header.js';
import { Drain } from './drain.js';
import { Exchange, type ExchangeRecord, type RoutePlan } from './exchange.js';
import { DEFAULT_DEADLINE_MS } from './limits.js';
import { OpenExchanges } from './open-exchanges.js';
import { Outbox } from './outbox.js';
import { CLIENT_CLOSED_REQUEST, logExchange } from './request-log.js';
import { requestIdFrom } from './request-id.js';
import { RouteTable } from './route-table.js';
import { pathOf } from './url-path.js';

/** The application's services that the edge needs. */
export interface EdgeServices {
  authenticator: Authenticator;
  writer: ProblemWriter;
  logger: Logger;
  metrics: HttpMetrics;
}

/** Plans for requests that match no route. */
interface UnmatchedPlans {
  readonly outside: RoutePlan;
  readonly ofApi: RoutePlan;
  /** On a path whose routes answer errors in the shape of OpenAI's API. */
  readonly openAi: RoutePlan;
}

/** The state of the HTTP edge: which exchanges are open, which routes exist, whether it is draining. */
export class HttpEdge {
  readonly open = new OpenExchanges((exchange) => this.clientGone(exchange));
  readonly drain = new Drain(this.open);
  readonly outbox = new Outbox();
  readonly routes = new RouteTable();
  private services: EdgeServices | undefined;
  private unmatched: UnmatchedPlans | undefined;

  constructor(
    private readonly crossOrigin: CrossOrigin,
    readonly clock: Clock = systemClock,
  ) {}

  /** Must happen before the first route is made. */
  bind(services: EdgeServices): void {
    this.services = services;
    const planOf = (settings: RouteSettings, ofApi: boolean) => this.plan('unmatched', 'ANY', settings, ofApi);
    this.unmatched = {
      outside: planOf({}, false),
      ofApi: planOf({}, true),
      openAi: planOf({ errors: 'openai' }, true),
    };
  }

  get bound(): EdgeServices {
    return bound(this.services);
  }

  /** The plan of a request that matches no route. The client chose its path, so all of them share one meter. */
  private planOfUnmatched({ raw }: FastifyRequest): RoutePlan {
    const { outside, ofApi, openAi } = bound(this.unmatched);
    const path = pathOf(raw.url);
    if (!isApi(path)) return outside;
    return this.routes.speaksOpenAi(path) ? openAi : ofApi;
  }

  plan(route: string, method: string, settings: RouteSettings, ofApi = isApi(route)): RoutePlan {
    const { logger, metrics } = this.bound;
    return { settings, isApi: ofApi, meter: metrics.meter(route, method), log: logger.child({ route, method }) };
  }

  /** Opens the exchange of a request; from here on its answer carries the request id, whatever happens. */
  begin(request: FastifyRequest, reply: FastifyReply, plan = this.planOfUnmatched(request)): Exchange {
    const requestId = requestIdFrom(request.headers['x-request-id']);
    reply.header('x-request-id', requestId).header('x-content-type-options', 'nosniff');
    // No cache may keep an answer that needed credentials, nor the process's health, which changes at any moment.
    const { access, infrastructure = false } = plan.settings;
    if (access !== 'public' || infrastructure) reply.header('cache-control', 'no-store');
    const startedMs = this.clock.monotonicMs();
    const asked = this.askedDeadlineMs(request, plan);
    const deadline = new Deadline(this.clock, startedMs + (asked ?? defaultDeadlineMs(plan)));
    const exchange = new Exchange({ requestId, deadline, startedMs, plan, request, reply });
    request.exchange = exchange;
    const { origin } = request.headers;
    if (origin !== undefined && plan.isApi) exchange.pageOrigin = this.crossOrigin.meet(origin, request, reply);
    this.open.add(exchange);
    if (asked !== undefined) {
      const answer = () => this.answerPassed(exchange);
      if (deadline.signal.aborted) setImmediate(answer);
      else deadline.signal.addEventListener('abort', answer, { once: true });
    }
    return exchange;
  }

  /** The last byte has been handed to the system. */
  finish(exchange: Exchange): void {
    if (this.open.finish(exchange)) this.account(exchange, exchange.reply.raw.statusCode);
  }

  /**
   * Takes the connection of an exchange whose head is sent from its response, for a caller that goes on sending by itself.
   * Undefined where it must stay with the response.
   */
  handOver(exchange: Exchange): BareConnection | undefined {
    const { requestId, startedMs, plan, principal, failure, knownTrace, reply } = exchange;
    const { statusCode } = reply.raw;
    const record = { requestId, startedMs, plan, principal, failure, knownTrace };
    const { server } = reply.server;
    return this.open.handOver({ exchange, server }, () => this.account(record, statusCode));
  }

  /** Waits for open exchanges, `graceMs` at most; aborts the rest, and answers for work that ignores the abort. */
  async end(graceMs: number): Promise<void> {
    await this.drain.finish(graceMs);
    this.sweep();
  }

  /** Answers the exchanges whose deadline has passed without an answer: their work ignores its signal. */
  sweep(): void {
    for (const exchange of this.open)
      if (exchange.deadline.expiresAtMs !== Infinity && exchange.deadline.remainingMs() === 0)
        this.answerPassed(exchange);
  }

  /** Ignores a malformed header: admission refuses it once the exchange exists. */
  private askedDeadlineMs(request: FastifyRequest, plan: RoutePlan): number | undefined {
    const header = request.headers['x-deadline-ms'];
    return header === undefined || plan.settings.streaming === true ? undefined : deadlineMsFrom(header);
  }

  private answerPassed({ deadline, finished, reply, request }: Exchange): void {
    if (finished || reply.sent || reply.raw.headersSent) return;
    const reason = endOf(deadline);
    if (reason instanceof AppError) this.bound.writer.write(reply, request, reason);
  }

  private clientGone(exchange: Exchange): void {
    exchange.deadline.cancel(new ClientGone());
    const { raw } = exchange.reply;
    // A stream has no end: a client that leaves one was served.
    const wasServed = raw.headersSent && exchange.plan.settings.streaming === true;
    if (this.open.finish(exchange)) this.account(exchange, wasServed ? raw.statusCode : CLIENT_CLOSED_REQUEST);
  }

  private account(exchange: ExchangeRecord, status: number): void {
    const elapsedMs = this.clock.monotonicMs() - exchange.startedMs;
    exchange.plan.meter.observe(status, elapsedMs / 1000);
    if (exchange.failure && status !== CLIENT_CLOSED_REQUEST) this.bound.metrics.countError(exchange.failure.code);
    logExchange(exchange, status, elapsedMs);
  }
}

function bound<T>(value: T | undefined): T {
  if (value === undefined) throw new StartupFault('configureHttp(app) must be called before app.init()');
  return value;
}

/** Why the work must not go on; undefined while it may. */
function endOf(deadline: Deadline): unknown {
  try {
    deadline.throwIfPassed();
    return undefined;
  } catch (reason) {
    return reason;
  }
}

function defaultDeadlineMs(plan: RoutePlan): number {
  return plan.settings.streaming === true ? Infinity : (plan.settings.deadlineMs ?? DEFAULT_DEADLINE_MS);
}
