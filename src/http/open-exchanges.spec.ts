import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { BareConnection } from './bare-connection.js';
import type { Exchange } from './exchange.js';
import { OpenExchanges } from './open-exchanges.js';

let server: Server;
let open: OpenExchanges;
let taken: PromiseWithResolvers<BareConnection | undefined>;
beforeEach(async () => {
  open = new OpenExchanges(() => {});
  taken = Promise.withResolvers();
  server = createServer((raw, response) => {
    const exchange = { request: { raw }, reply: { raw: response }, deadline: { release: () => {} }, finished: false };
    open.add(exchange as unknown as Exchange);
    raw.resume();
    raw.once('end', () => {
      response.writeHead(200);
      response.flushHeaders();
      response.chunkedEncoding = false;
      taken.resolve(open.handOver({ exchange: exchange as unknown as Exchange, server }, () => {}));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  await once(server.close(), 'close');
});

it('a connection that is HTTP’s again counts until it closes: it may bring the next request', async () => {
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.resume();
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const connection = await taken.promise;
  expect([open.count, open.connections]).toEqual([1, 0]);
  expect(connection?.end('0\r\n\r\n')).toBe(true);
  expect([open.count, open.connections]).toEqual([0, 1]);
  client.end();
  await once(connection?.socket as Socket, 'close');
  expect(open.connections).toBe(0);
});
