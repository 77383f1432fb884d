import type { AsyncLocalStorage } from 'node:async_hooks';
import { Socket } from 'node:net';
import { buildConnector } from 'undici';
import { NoConnection } from './transport-fault.js';

/** The connection that one request is waiting for. */
export interface Connecting {
  /** The socket, from the first packet until the handshake is done. */
  socket: Socket | undefined;
  /** Nobody waits for the request any more. */
  over: boolean;
}

/** TCP and TLS handshake together, milliseconds. */
const CONNECT_TIMEOUT_MS = 5000;

/**
 * Opens connections, and notes for whom. undici breaks off no connection that is being made: a host that takes part in no
 * handshake would hold its socket for seconds after everybody has gone.
 */
export function connectorFor(requests: AsyncLocalStorage<Connecting>): buildConnector.connector {
  // HTTP/1.1: one request per connection, so that what ends one request ends no other.
  const connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS, allowH2: false });
  return (options, callback) => {
    const request = requests.getStore();
    // The types keep quiet about the socket that it returns.
    const socket: unknown = connect(options, (error, connected) => {
      if (request) request.socket = undefined;
      if (error) callback(new NoConnection(error), null);
      else callback(null, connected);
    });
    // A connection that was lost is made anew where its first request was made, which may be over.
    if (request && !request.over && socket instanceof Socket) request.socket = socket;
  };
}
