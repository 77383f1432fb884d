import type { AsyncLocalStorage } from 'node:async_hooks';
import { Socket } from 'node:net';
import { buildConnector } from 'undici';
import { NoConnection } from './transport-fault.js';

/** The connection that one request is waiting for. */
export interface Connecting {
  /** The socket, from the first packet until the handshake is done. */
  socket: Socket | undefined;
  /** The request has ended. */
  over: boolean;
}

/** TCP and TLS handshake together, milliseconds. */
const CONNECT_TIMEOUT_MS = 5000;

/**
 * Opens connections, and notes for which request. undici does not abort a connection that is being made: a host that completes
 * no handshake would hold its socket for seconds after the request has ended.
 */
export function connectorFor(requests: AsyncLocalStorage<Connecting>): buildConnector.connector {
  // HTTP/1.1: one request per connection, so that what ends one request ends no other.
  const connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS, allowH2: false });
  return (options, callback) => {
    const request = requests.getStore();
    // undici's types leave out the socket that it returns.
    const socket: unknown = connect(options, (error, connected) => {
      if (request) request.socket = undefined;
      if (error) callback(new NoConnection(error), null);
      else callback(null, connected);
    });
    // undici reopens a lost connection in the async context of its first request, which may be over.
    if (request && !request.over && socket instanceof Socket) request.socket = socket;
  };
}
