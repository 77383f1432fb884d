import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { AppError } from '../reliability/errors/app-error.js';
import { toAppError } from '../reliability/errors/to-app-error.js';
import type { AllowedOrigins } from '../config/config.js';
import type { Clock } from '../reliability/ports.js';
import { BrokenConnections } from './broken-connections.js';
import { installContext } from './context.js';
import { CrossOrigin } from './cross-origin.js';
import { HttpEdge } from './edge.js';
import { translateFastifyError } from './fastify-errors.js';
import { fingerprintBody } from './idempotency.js';
import { parseJsonBody } from './json-body.js';
import { DEFAULT_BODY_LIMIT, MAX_HEADER_BYTES, MAX_PARAM_LENGTH, SOCKET_TIMEOUTS } from './limits.js';

export interface HttpAdapterOptions {
  /** Where clients reach us: the base of problem types. Read for each problem: with port 0 it is known only after listening. */
  readonly baseUrl: string;
  readonly allowedOrigins: AllowedOrigins;
  /** How long requests may go on after the server was told to stop, in milliseconds. */
  drainMs: number;
  clock?: Clock;
}

/** Anything that calls itself JSON: `application/json` and `application/<something>+json`. */
const JSON_TYPES = [/^application\/(?:[\w.!#$&^-]+\+)?json(?:\s*;|$)/i];

/** How often the edge looks for work that ignores its deadline, in milliseconds. */
const SWEEP_EVERY_MS = 1_000;

/** Nest's Fastify adapter, without the parts that we replace: parsers, middleware, fallback handlers, drain. */
export class HttpAdapter extends FastifyAdapter {
  private readonly sweeper: NodeJS.Timeout;
  /** When the time of the drain is over, by the process's monotonic clock; Infinity before the drain begins. */
  private drainUntilMs = Infinity;

  constructor(
    instance: FastifyInstance,
    readonly edge: HttpEdge,
    private readonly broken: BrokenConnections,
    private readonly drainMs: number,
  ) {
    super(instance);
    this.sweeper = setInterval(() => edge.sweep(), SWEEP_EVERY_MS).unref();
  }

  /** Nest would register a middleware engine that every request passes. */
  override async init(): Promise<void> {}

  override registerParserMiddleware(): void {}

  override setNotFoundHandler(): ReturnType<FastifyAdapter['setNotFoundHandler']> {
    return this.getInstance();
  }

  /** Nest's own handler would wrap every error in several promises before the one filter sees it. */
  override setErrorHandler(): ReturnType<FastifyAdapter['setErrorHandler']> {
    return this.getInstance();
  }

  answerErrors(handler: (error: unknown, request: FastifyRequest, reply: FastifyReply) => void): void {
    this.getInstance().setErrorHandler(handler);
  }

  /** Errors keep their own type on the way to the one filter. */
  override mapException(error: unknown): unknown {
    return error;
  }

  override beforeClose(): void {
    super.beforeClose();
    this.drainUntilMs = performance.now() + this.drainMs;
    this.edge.drain.begin(this.getInstance().server);
  }

  override async close(): Promise<void> {
    const { server } = this.getInstance();
    this.edge.drain.begin(server);
    clearInterval(this.sweeper);
    // Other rooms that drained before have used part of the same time.
    const leftMs = Math.max(0, this.drainUntilMs - performance.now());
    await this.edge.end(server.listening ? Math.min(leftMs, this.drainMs) : 0);
    await this.edge.drain.closeDoor(server);
    const closed = super.close();
    // Connections still open after grace and abort would keep the process alive for ever.
    setImmediate(() => {
      this.edge.outbox.flush();
      server.closeAllConnections();
      this.edge.open.cutHandedOver();
      this.broken.cut();
    });
    await closed;
  }
}

/** Makes the adapter on which the application is created. `configureHttp` must follow before the application is initialised. */
export function createHttpAdapter(options: HttpAdapterOptions): HttpAdapter {
  const edge = new HttpEdge(new CrossOrigin(options), options.clock);
  const broken = new BrokenConnections(edge, options);
  const instance = createInstance(edge, broken);
  installContext(instance, edge);
  installParsers(instance);
  answerBelowFastify(instance, broken);
  edge.outbox.follow(instance.server);
  return withoutHooks(instance, () => new HttpAdapter(instance, edge, broken, options.drainMs));
}

/**
 * Nest's adapter adds seven hooks, for CORS, CSRF, versions and a drain of its own. Every request passes all of them, used
 * or not; we use none.
 */
function withoutHooks<T>(instance: FastifyInstance, make: () => T): T {
  const addHook = instance.addHook.bind(instance);
  instance.addHook = () => instance;
  try {
    return make();
  } finally {
    instance.addHook = addHook;
  }
}

function createInstance(edge: HttpEdge, broken: BrokenConnections): FastifyInstance {
  return fastify({
    logger: false,
    bodyLimit: DEFAULT_BODY_LIMIT,
    requestTimeout: SOCKET_TIMEOUTS.request,
    connectionTimeout: SOCKET_TIMEOUTS.silence,
    keepAliveTimeout: SOCKET_TIMEOUTS.keepAlive,
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: SOCKET_TIMEOUTS.headers,
      connectionsCheckingInterval: SOCKET_TIMEOUTS.check,
      // Node answers a missing Host with an empty 400 of its own; we answer with a problem.
      requireHostHeader: false,
    },
    requestIdHeader: false,
    genReqId: () => '',
    // The drain refuses by itself, with a problem.
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    clientErrorHandler: (error, socket) => broken.refuse(error, socket),
    frameworkErrors: (error, request, reply) => {
      const exchange = edge.begin(request, reply);
      reply.raw.once('finish', () => edge.finish(exchange));
      edge.bound.writer.write(reply, request, toAppError(error, [translateFastifyError]));
    },
  });
}

function installParsers(instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers();
  for (const type of JSON_TYPES)
    instance.addContentTypeParser(type, { parseAs: 'buffer' }, (request, bytes, done) => {
      try {
        const body = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes);
        fingerprintBody(request, body);
        const { exactNumbers } = request.exchange?.plan.settings ?? {};
        done(null, parseJsonBody(body, { contentType: request.headers['content-type'], exactNumbers }));
      } catch (error) {
        done(error instanceof Error ? error : new AppError('invalid_json', { cause: error }));
      }
    });
}

/** Handles what Node would otherwise answer without asking Fastify, with an empty body or with nothing. */
function answerBelowFastify({ server }: FastifyInstance, broken: BrokenConnections): void {
  // The edge refuses it in its turn: earlier requests on the connection may still wait for their answers.
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) =>
    server.emit('request', request, response),
  );
  server.on('connect', (_request: IncomingMessage, socket: Socket) => {
    // Node no longer listens by then: an unheard error, as when the client resets the connection, would end the process.
    socket.on('error', () => socket.destroy()).resume();
    broken.refuse(new AppError('invalid_request', { detail: 'This server is not a proxy.' }), socket);
  });
}
