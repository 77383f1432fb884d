import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { BareConnection } from './bare-connection.js';

const HEAD = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

let server: Server;
let client: Socket;
let heard: string;
beforeEach(async () => {
  server = createServer(
    { headersTimeout: 200, requestTimeout: 200, connectionsCheckingInterval: 20 },
    (request, response) => {
      request.resume();
      request.once('end', () => {
        response.writeHead(200);
        response.flushHeaders();
        response.chunkedEncoding = false;
        BareConnection.of(response, server)?.end('0\r\n\r\n');
      });
    },
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  heard = '';
  client.on('data', (data) => (heard += data.toString()));
  client.write(HEAD);
  await answers(1);
});
afterEach(async () => {
  client.destroy();
  server.closeAllConnections();
  await once(server.close(), 'close');
});

async function answers(count: number): Promise<void> {
  while (heard.split('0\r\n\r\n').length <= count) await once(client, 'data');
}

it('serves the next request when its answer is complete', async () => {
  client.write(HEAD);
  await answers(2);
  expect(heard.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
});

it('is closed without a word when none comes', async () => {
  await once(client, 'end');
  expect(heard).not.toContain('408');
});
