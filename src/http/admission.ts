import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { abandonable } from '../reliability/deadline/abandonable.js';
import { AppError } from '../reliability/errors/app-error.js';
import type { Principal } from '../reliability/context/request-context.js';
import type { Authenticator } from './authenticator.js';
import { deadlineMsFrom } from './deadline-header.js';
import type { HttpEdge } from './edge.js';
import { ticketOf } from './event-source.js';
import type { Exchange } from './exchange.js';
import { textFaults } from './text-faults.js';

const HOST = 'host';

/** Why a request is refused before its body is read; undefined when it is admitted. */
export type Refusal = Error | undefined;

/** Decides on headers alone. Answers at once unless the authenticator has to wait. */
export function admit(
  exchange: Exchange,
  edge: HttpEdge,
  authenticator: Authenticator | undefined,
): Refusal | Promise<Refusal> {
  try {
    const { request, plan } = exchange;
    const { headers } = request;
    if (edge.drain.refuses(exchange)) throw new AppError('shutting_down', { headers: { connection: 'close' } });
    checkHost(request.raw);
    if (headers.expect !== undefined) checkExpectation(headers.expect);
    // `*` means the server as a whole, and only with OPTIONS (RFC 9112, section 3.2.4); the router would take it for `/`.
    if (request.raw.url === '*') throw new AppError('invalid_request', { detail: 'The URL is not valid.' });
    if (exchange.pageOrigin === 'forbidden') throw new AppError('origin_forbidden');
    if (headers['x-deadline-ms'] !== undefined) checkDeadlineHeader(headers['x-deadline-ms']);
    const access = plan.settings.access;
    if (authenticator && access !== undefined && access !== 'public') {
      const ticket = ticketOf(exchange);
      const principal =
        ticket === undefined
          ? authenticator.authenticate(headers.authorization, access, exchange)
          : authenticator.authenticateTicket(ticket);
      if (principal instanceof Promise) return settleLater(exchange, principal);
      exchange.principal = principal;
    }
    return checkContent(exchange);
  } catch (error) {
    return asError(error);
  }
}

/** Other requests may share the look-up: one whose deadline passes stops waiting, and leaves it to them. */
function settleLater(exchange: Exchange, principal: Promise<Principal>): Promise<Refusal> {
  return abandonable(principal, exchange.deadline.signal).then((found) => settle(exchange, found), asError);
}

function settle(exchange: Exchange, principal: Principal): Refusal {
  exchange.principal = principal;
  return checkContent(exchange);
}

function checkContent({ request, plan }: Exchange): Refusal {
  if (isEmpty(request.headers)) delete request.headers['content-type'];
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    return new AppError('unsupported_media_type', {
      detail: 'Compressed bodies are not supported: send the body without `Content-Encoding`.',
    });
  // Parameters and query are decoded before any hook; only this escape can put a NUL into them.
  if (request.raw.url?.includes('%00') === true)
    // A stream checks its cursor itself, and passes no other text on.
    return plan.settings.streaming === true ? nulFault(request.params) : nulFault(request.params, request.query);
  return undefined;
}

/**
 * Whether there is no body, by the headers. Its media type must then not be refused: many clients name one all the same, as
 * `curl -d ''` does, and `fetch` with an empty text.
 */
function isEmpty(headers: IncomingHttpHeaders): boolean {
  const length = headers['content-length'];
  return (length === undefined || length === '0') && headers['transfer-encoding'] === undefined;
}

function nulFault(...groups: readonly unknown[]): Refusal {
  const errors = groups.flatMap((group) => textFaults(group));
  return errors.length === 0 ? undefined : new AppError('validation_error', { errors });
}

/** RFC 9112, section 3.2. Without a Host, Node would send an empty answer; of several, it takes the first. */
function checkHost({ httpVersion, rawHeaders }: IncomingMessage): void {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === HOST.length && name.toLowerCase() === HOST) hosts += 1;
  }
  if (hosts > 1) throw new AppError('invalid_request', { detail: 'There is more than one Host header.' });
  if (hosts === 0 && httpVersion === '1.1')
    throw new AppError('invalid_request', { detail: 'The Host header is missing.' });
}

/** Node has already met `100-continue`, or need not meet it in HTTP/1.0: only other expectations are refused. */
function checkExpectation(header: string): void {
  if (!/\b100-continue\b/i.test(header))
    throw new AppError('invalid_request', { detail: 'The only supported expectation is 100-continue.' });
}

function checkDeadlineHeader(header: string | readonly string[]): void {
  if (deadlineMsFrom(header) === undefined)
    throw new AppError('invalid_request', {
      detail: 'X-Deadline-Ms must be a whole number of milliseconds, at least 1.',
    });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new AppError('internal_error', { cause: error });
}
