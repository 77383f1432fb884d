import { afterEach, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { packetSocket } from './packet-socket.js';

const KIB = 1024;

let server: Server | undefined;

afterEach(() => {
  server?.close();
  server = undefined;
});

/** A socket, and the peer that sends to it. */
async function connected(): Promise<{ socket: Socket; sender: Socket }> {
  server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = packetSocket();
  socket.connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [sender] = (await once(server, 'connection')) as [Socket];
  return { socket, sender };
}

/** A packet with a body of so many bytes, all of them the same. */
function packet(bodyBytes: number, fill: number): Buffer {
  const bytes = Buffer.alloc(5 + bodyBytes, fill);
  bytes.write('D');
  bytes.writeUInt32BE(4 + bodyBytes, 1);
  return bytes;
}

/** The packets in what one `data` event brings. @throws when it ends within one. */
function packetsIn(bytes: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + bytes.readUInt32BE(at + 1);
    if (end > bytes.length) throw new RangeError('a packet is cut off');
    packets.push(Buffer.from(bytes.subarray(at, end)));
    at = end;
  }
  return packets;
}

it('hands over each packet whole, however long it is and wherever the reads end', async () => {
  const length = fc.oneof(fc.nat(40), fc.integer({ min: 64 * KIB - 8, max: 64 * KIB + 8 }), fc.nat(400 * KIB));
  const cut = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 200 * KIB }));
  await fc.assert(
    fc.asyncProperty(fc.array(length, { minLength: 1, maxLength: 12 }), fc.array(cut, { minLength: 1 }), run),
    { numRuns: 60 },
  );

  async function run(lengths: readonly number[], cuts: readonly number[]): Promise<void> {
    const { socket, sender } = await connected();
    const sent = lengths.map((bytes, index) => packet(bytes, index + 1));
    const heard: Buffer[] = [];
    socket.on('data', (bytes: Buffer) => heard.push(...packetsIn(bytes)));
    const all = Buffer.concat(sent);
    for (let at = 0, turn = 0; at < all.length; turn++) {
      // Small pieces at first only: a long packet in pieces of a byte would take all day.
      const piece = turn < 40 ? (cuts[turn % cuts.length] ?? 1) : all.length;
      sender.write(all.subarray(at, at + piece));
      at += piece;
      await nextTurn();
    }
    const ended = once(socket, 'end');
    sender.end();
    await ended;
    server?.close();
    expect(heard.length).toBe(sent.length);
    expect(heard.every((bytes, index) => sent[index]?.equals(bytes))).toBe(true);
  }
});

it('takes no more memory for what claims to be a very long packet than what has come of it', async () => {
  const { socket, sender } = await connected();
  const before = process.memoryUsage().arrayBuffers;
  socket.on('data', () => {});
  // The beginning of a web server's answer: its letters read as a length of 1.4 GB.
  sender.write(`HTTP/1.1 400 Bad Request\r\n\r\n${'x'.repeat(200 * KIB)}`);
  while (socket.bytesRead < 200 * KIB) await nextTurn();
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_096 * KIB);
  socket.destroy();
  sender.destroy();
});

it('ends, and tells of it, within a packet too', async () => {
  const { socket, sender } = await connected();
  const heard: Buffer[] = [];
  socket.on('data', (bytes: Buffer) => heard.push(Buffer.from(bytes)));
  const ended = once(socket, 'close');
  sender.end(packet(10, 1).subarray(0, 7));
  await ended;
  expect(heard).toEqual([]);
});
