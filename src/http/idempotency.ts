import type { FastifyRequest, RouteOptions } from 'fastify';
import { StartupFault } from '../config/startup-fault.js';
import { AppError } from '../reliability/errors/app-error.js';
import { fingerprintOf } from '../reliability/idempotency/fingerprint.js';
import { idempotencyKeyFrom } from '../reliability/idempotency/idempotency-key.js';
import { IdempotentAnswer } from '../reliability/idempotency/idempotent-answer.js';

const NO_BODY = new Uint8Array();

/** Makes a route heed `Idempotency-Key`: its key is judged before the body is read, its answer is sent to the byte. */
export function installIdempotency(route: RouteOptions): void {
  const methods = [route.method].flat();
  if (route.config?.access === 'public' || methods.some((method) => method !== 'POST'))
    throw new StartupFault(
      `The route ${methods.join(',')} ${route.url} cannot be @Idempotent: it is no tenant's POST.`,
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
      // What went past the runner would not be there for the next request with the same key.
      if (!(payload instanceof IdempotentAnswer))
        return done(new AppError('internal_error', { cause: new Error(`${name} must answer an IdempotentAnswer`) }));
      reply.code(payload.status).serializer(() => payload.text);
      if (payload.location !== undefined) reply.header('location', payload.location);
      if (payload.replayed) reply.header('idempotent-replayed', 'true');
      done(null, payload);
    },
  ];
}

/** Takes the bytes of a body into the request's fingerprint, before anybody reads them. */
export function fingerprintBody({ exchange, raw }: FastifyRequest, body: Uint8Array): void {
  const known = exchange?.idempotency;
  if (!exchange || !known) return;
  exchange.idempotency = { ...known, fingerprint: fingerprintOf({ route: known.route, url: raw.url ?? '', body }) };
}

function readKey({ exchange, raw }: FastifyRequest, route: string): void {
  // Node joins what is sent twice into one text, which would be another key.
  const fields = raw.headersDistinct['idempotency-key'];
  const tenantId = exchange?.principal?.tenantId;
  if (!exchange || fields === undefined || tenantId === undefined) return;
  const fingerprint = fingerprintOf({ route, url: raw.url ?? '', body: NO_BODY });
  exchange.idempotency = { tenantId, route, key: idempotencyKeyFrom(fields), fingerprint };
}
