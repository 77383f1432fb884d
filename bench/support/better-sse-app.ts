import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A server with one channel of better-sse: `GET /stream` joins it, `POST /send` broadcasts an event to all. */
const [room = ''] = process.argv.slice(2);

interface Channel {
  register(session: unknown): unknown;
  broadcast(data: unknown, event: string, options: { eventId: string }): unknown;
}

interface BetterSse {
  createSession: (request: IncomingMessage, response: ServerResponse) => Promise<unknown>;
  createChannel: () => Channel;
}

const sse = createRequire(join(room, 'package.json'))('better-sse') as BetterSse;
const channel = sse.createChannel();
let sent = 0;

const server = createServer((request, response) => {
  if (request.method === 'POST') {
    channel.broadcast(eventOf((sent += 1)), 'contribution', { eventId: String(sent) });
    response.writeHead(202, { 'content-length': 0 }).end();
  } else void sse.createSession(request, response).then((session) => channel.register(session));
});

/** As large as the event that it is compared with. */
function eventOf(sequence: number): object {
  return {
    event_type: 'resumed',
    session_id: 'ses_01kagw5g00e0080h2v0a2r7b1m',
    sequence,
    timestamp: new Date().toISOString(),
    event_version: 1,
    data: {},
  };
}

server.keepAliveTimeout = 72_000;
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`  API       http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
