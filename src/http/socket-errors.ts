import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '../reliability/errors/app-error.js';
import { problemHeaders, toProblem } from '../reliability/errors/problem.js';
import { SOCKET_TIMEOUTS } from './limits.js';
import { newRequestId } from './request-id.js';

export interface RawProblemOptions {
  baseUrl: string;
  requestId?: string;
  instance?: string;
  /** The headers that the answer has so far. */
  headers?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
}

/** A whole HTTP/1.1 response, for a connection without a request that Fastify could answer. */
export function rawProblem(
  error: AppError,
  { baseUrl, requestId, instance, headers: begun }: RawProblemOptions,
): string {
  const id = requestId ?? newRequestId();
  const body = JSON.stringify(toProblem(error, { baseUrl, instance: instance ?? '/', requestId: id }));
  const headers = {
    ...begun,
    ...problemHeaders(error),
    'x-request-id': id,
    'content-length': String(Buffer.byteLength(body)),
    date: new Date().toUTCString(),
    connection: 'close',
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}\r\n${head.join('')}\r\n${body}`;
}

/** The error for what Node's parser or timers refuse before there is a request; our own refusals stay as they are. */
export function socketFault(error: NodeJS.ErrnoException): AppError {
  if (error instanceof AppError) return error;
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return new AppError('headers_too_large', { cause: error });
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new AppError('payload_too_large', { cause: error });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new AppError('invalid_request', { detail: 'The request did not arrive in time.', cause: error });
    case undefined:
    default:
      return new AppError('invalid_request', {
        detail:
          'This is not a request of HTTP/1.1: check its first line, its headers, and the length or chunks of its body.',
        cause: error,
      });
  }
}

/**
 * Sends a last answer on a connection that cannot be used any more. What the client still sends is read and dropped for a
 * while: unread bytes would reset the connection, and the client would lose the answer.
 */
export function endSocket(socket: Socket, bytes: string): void {
  socket.end(bytes);
  const cut = setTimeout(() => socket.destroy(), SOCKET_TIMEOUTS.linger);
  cut.unref();
  socket.once('close', () => clearTimeout(cut));
}
