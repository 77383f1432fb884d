import type { FastifyRequest, RouteOptions } from 'fastify';
import { StartupFault } from '../config/startup-fault.js';
import { AppError } from '../reliability/errors/app-error.js';
import { fingerprintOf } from '../reliability/idempotency/fingerprint.js';
import { idempotencyKeyFrom } from '../reliability/idempotency/idempotency-key.js';
import { IdempotentAnswer } from '../reliability/idempotency/idempotent-answer.js';

const NO_BODY = new Uint8Array();

/** Makes a route heed `Idempotency-Key`: it checks the key before the body is read, and sends the kept answer byte for byte. */
export function installIdempotency(route: RouteOptions): void {
  const methods = [route.method].flat();
  if (route.config?.access === 'public' || methods.some((method) => method !== 'POST'))
    throw new StartupFault(
      `The route ${methods.join(',')} ${route.url} cannot be @Idempotent: only a POST that needs credentials can.`,
    );
  const name = `POST ${route.url}`;
  route.onRequest = [
    ...[route.onRequest ?? []].flat(),
    (request, _reply, done) => {
      try {
        readKey(request, name);
        done();
      } catch (error) {
        done(error instanceof Error ? error : new AppError('internal_error', { cause: error }));
      }
    },
  ];
  route.preSerialization = [
    ...[route.preSerialization ?? []].flat(),
    (_request, reply, payload, done) => {
      // An answer that bypassed `Idempotency` is not kept for the next request with the same key.
      if (!(payload instanceof IdempotentAnswer))
        return done(new AppError('internal_error', { cause: new Error(`${name} must answer an IdempotentAnswer`) }));
      reply.code(payload.status).serializer(() => payload.text);
      if (payload.location !== undefined) reply.header('location', payload.location);
      if (payload.replayed) reply.header('idempotent-replayed', 'true');
      done(null, payload);
    },
  ];
}

/** Adds the bytes of a body to the request's fingerprint, before they are parsed. */
export function fingerprintBody({ exchange, raw }: FastifyRequest, body: Uint8Array): void {
  const known = exchange?.idempotency;
  if (!exchange || !known) return;
  exchange.idempotency = { ...known, fingerprint: fingerprintOf({ route: known.route, url: raw.url ?? '', body }) };
}

function readKey({ exchange, raw }: FastifyRequest, route: string): void {
  // Node's usual headers join a field that is sent twice into one text, which would be another key.
  const fields = raw.headersDistinct['idempotency-key'];
  const tenantId = exchange?.principal?.tenantId;
  if (!exchange || fields === undefined || tenantId === undefined) return;
  const fingerprint = fingerprintOf({ route, url: raw.url ?? '', body: NO_BODY });
  exchange.idempotency = { tenantId, route, key: idempotencyKeyFrom(fields), fingerprint };
}
