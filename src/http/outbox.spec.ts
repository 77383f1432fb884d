import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BareConnection } from './bare-connection.js';
import { Outbox } from './outbox.js';

const HEAD = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

let outbox: Outbox;
let server: Server;
let clients: Socket[];
let answer: (response: ServerResponse) => void;
beforeEach(async () => {
  outbox = new Outbox();
  answer = (response) => response.end('done');
  server = createServer((request, response) => {
    request.resume();
    answer(response);
  });
  outbox.follow(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  clients = [];
});
afterEach(async () => {
  for (const client of clients) client.destroy();
  server.closeAllConnections();
  await once(server.close(), 'close');
});

async function connected(): Promise<Socket> {
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  clients.push(client);
  await once(client, 'connect');
  return client;
}

/** Bytes of the connection that were not yet handed to the system. */
function held(response: ServerResponse): number {
  return response.socket?.writableLength ?? 0;
}

describe('an answer', () => {
  it('is held until the turn ends, and then leaves whole', async () => {
    const heldAtEnd: number[] = [];
    answer = (response) => {
      response.end('done');
      heldAtEnd.push(held(response));
    };
    const client = await connected();
    client.write(HEAD);
    const [data] = (await once(client, 'data')) as [Buffer];
    expect(heldAtEnd).toEqual([expect.any(Number)]);
    expect(heldAtEnd[0]).toBeGreaterThan(0);
    expect(data.toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\ndone$/);
  });

  it('keeps its place among those of its connection', async () => {
    let count = 0;
    answer = (response) => response.end(`answer ${++count}`);
    const client = await connected();
    let heard = '';
    client.on('data', (data) => (heard += data.toString()));
    client.write(HEAD.repeat(3));
    while (!heard.includes('answer 3')) await once(client, 'data');
    expect(heard.match(/answer \d/g)).toEqual(['answer 1', 'answer 2', 'answer 3']);
  });

  it('that is the last of its connection closes it afterwards', async () => {
    answer = (response) => {
      response.setHeader('connection', 'close');
      response.end('done');
    };
    const client = await connected();
    let heard = '';
    client.on('data', (data) => (heard += data.toString()));
    client.write(HEAD);
    await once(client, 'close');
    expect(heard).toMatch(/\r\n\r\ndone$/);
  });

  it('goes at once when it is asked to, as before connections are cut', async () => {
    const heldAfterwards: number[] = [];
    answer = (response) => {
      response.end('done');
      outbox.flush();
      heldAfterwards.push(held(response));
      server.closeAllConnections();
    };
    const client = await connected();
    let heard = '';
    client.on('data', (data) => (heard += data.toString()));
    client.on('error', () => undefined);
    client.write(HEAD);
    await once(client, 'close');
    expect(heldAfterwards).toEqual([0]);
    expect(heard).toMatch(/\r\n\r\ndone$/);
  });
});

it('holds 64 answers at most', async () => {
  const responses: ServerResponse[] = [];
  answer = (response) => {
    responses.push(response);
    if (responses.length < 65) return;
    // All in one turn.
    const heldAfter = responses.map((one) => {
      one.end('done');
      return responses.reduce((sum, other) => sum + (held(other) > 0 ? 1 : 0), 0);
    });
    results.resolve(heldAfter);
  };
  const results = Promise.withResolvers<number[]>();
  await Promise.all(Array.from({ length: 65 }, connected));
  for (const client of clients) client.write(HEAD);
  const heldAfter = await results.promise;
  expect(heldAfter.slice(0, 63)).toEqual(Array.from({ length: 63 }, (_, index) => index + 1));
  expect(heldAfter.slice(63)).toEqual([0, 1]);
});

it('holds nothing of a connection that has been taken out of HTTP', async () => {
  const heldAtWrite: number[] = [];
  answer = (response) => {
    response.writeHead(200, { 'content-length': '4' });
    response.flushHeaders();
    setImmediate(() => {
      const connection = BareConnection.of(response, server);
      connection?.socket.cork();
      connection?.socket.write('done');
      connection?.socket.uncork();
      heldAtWrite.push(connection?.socket.writableLength ?? -1);
    });
  };
  const client = await connected();
  let heard = '';
  client.on('data', (data) => (heard += data.toString()));
  client.write(HEAD);
  while (!heard.endsWith('done')) await once(client, 'data');
  expect(heldAtWrite).toEqual([0]);
});
