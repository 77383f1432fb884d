import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction, RouteOptions } from 'fastify';
import { StartupFault } from '../config/startup-fault.js';
import { runInContext } from '../reliability/context/request-context.js';
import { AppError } from '../reliability/errors/app-error.js';
import { admit } from './admission.js';
import type { BareConnection } from './bare-connection.js';
import { answerPreflight, isPreflight } from './cross-origin.js';
import { DtoPlan, Reading } from './dto-plan.js';
import type { HttpEdge } from './edge.js';
import type { Exchange } from './exchange.js';
import { installIdempotency } from './idempotency.js';
import { pathOf } from './url-path.js';

declare module 'fastify' {
  interface FastifyReply {
    /** See {@link HttpEdge.handOver}. The reply must be hijacked. */
    handOver(): BareConnection | undefined;
  }
}

/**
 * Gives each request its exchange. What a route determines is worked out when the route is made; each request passes one
 * hook before its body is read, one before the handler, and one when the answer is out.
 */
export function installContext(instance: FastifyInstance, edge: HttpEdge): void {
  instance.decorateRequest('exchange', null);
  instance.decorateReply('handOver', function handOver(this: FastifyReply) {
    const { exchange } = this.request;
    return exchange ? edge.handOver(exchange) : undefined;
  });
  instance.addHook('onRoute', (route) => installRoute(route, edge));
  // Unknown paths are answered here, before their bodies are read.
  instance.addHook('onRequest', (request, reply, done) => {
    if (request.is404) answerUnknown(edge, request, reply);
    else done();
  });
  instance.addHook('onResponse', (request, _reply, done) => {
    if (request.exchange) edge.finish(request.exchange);
    done();
  });
  instance.setNotFoundHandler((request, reply) => answerUnknown(edge, request, reply));
}

/** Answers the preflight of a known path; any other request gets 405 on a known path, and 404 on an unknown one. */
function answerUnknown(edge: HttpEdge, request: FastifyRequest, reply: FastifyReply): void {
  const exchange = request.exchange ?? edge.begin(request, reply);
  edge.drain.endsWith(exchange);
  const methods = edge.routes.methodsOf(pathOf(request.raw.url));
  if (exchange.pageOrigin === 'allowed' && methods.length > 0 && isPreflight(request))
    return answerPreflight(request, reply, methods);
  edge.bound.writer.write(reply, request, refusalOf(exchange, methods));
}

function refusalOf({ pageOrigin, request }: Exchange, methods: readonly string[]): AppError {
  if (pageOrigin === 'forbidden') return new AppError('origin_forbidden');
  return methods.length === 0 || methods.includes(request.method)
    ? new AppError('not_found', { detail: 'There is no such route, or nothing with this id.' })
    : new AppError('method_not_allowed', { headers: { allow: methods.join(', ') } });
}

function installRoute(route: RouteOptions, edge: HttpEdge): void {
  const settings = route.config ?? {};
  const methods = [route.method].flat();
  if (settings.access === undefined)
    throw new StartupFault(
      `The route ${methods.join(',')} ${route.url} does not say who may call it: add @Access to its method or class.`,
    );
  if (settings.bodyLimit !== undefined) route.bodyLimit = settings.bodyLimit;
  const headOfStream = settings.streaming === true && methods.includes('HEAD');
  if (!headOfStream) edge.routes.add(route.url, methods, settings);
  const plan = edge.plan(route.url, methods.length === 1 ? String(methods[0]) : 'ANY', settings);
  if (settings.idempotent === true) installIdempotency(route);
  const authenticator = settings.access === 'public' ? undefined : edge.bound.authenticator;
  route.onRequest = [
    (request, reply, done) => {
      if (headOfStream) return answerUnknown(edge, request, reply);
      const exchange = edge.begin(request, reply, plan);
      const verdict = admit(exchange, edge, authenticator);
      if (verdict === undefined) done();
      else if (verdict instanceof Error) done(verdict);
      else void verdict.then((refusal) => done(refusal));
    },
    ...[route.onRequest ?? []].flat(),
  ];
  // Enter the context after the body was read: the events of the body's stream do not carry it.
  route.preHandler = [
    (request, _reply, done) => (request.exchange ? runInContext(request.exchange, done) : done()),
    ...(methods.includes('POST') && settings.readsBody !== true ? [refuseFields] : []),
    ...[route.preHandler ?? []].flat(),
  ];
}

class NoFields {}

/** Refuses fields on a route that reads no body: the client would believe that they have an effect. */
function refuseFields({ body }: FastifyRequest, _reply: FastifyReply, done: HookHandlerDoneFunction): void {
  if (body === undefined || body === null) return done();
  const reading = new Reading('json');
  DtoPlan.of(NoFields).read(body, '', reading);
  done(reading.faults.length > 0 ? new AppError('validation_error', { errors: reading.faults }) : undefined);
}
