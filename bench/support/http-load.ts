import { connect } from 'node:net';

export interface Load {
  port: number;
  /** Connections, each with one request in flight. */
  connections: number;
  /** How long requests are sent, milliseconds. */
  durationMs: number;
  /** Sends no more than this many a second in all; as fast as answers come when left out. */
  ratePerSecond?: number;
  /** The bytes of the n-th request of all. */
  request: (n: number) => string | Buffer;
}

export interface LoadResult {
  /** Answers with a status below 300. */
  ok: number;
  /** Other answers, and requests that had none. */
  failed: number;
  perSecond: number;
  /** Milliseconds, sorted. */
  latencies: Float64Array;
  /** The body of each connection's last answer. */
  samples: readonly string[];
}

/**
 * A closed loop over raw sockets: cheap enough that the server, and not the generator, is what is measured.
 * Understands answers with a Content-Length, and such in chunks that are the last on their connection until the next request.
 */
export async function loadHttp(load: Load): Promise<LoadResult> {
  const latencies: number[] = [];
  const totals = { sent: 0, ok: 0 };
  const samples: string[] = [];
  const startedMs = performance.now();
  const endMs = startedMs + load.durationMs;
  await Promise.all(
    Array.from({ length: load.connections }, () => drive(load, endMs, startedMs, { totals, latencies, samples })),
  );
  const seconds = (performance.now() - startedMs) / 1000;
  return {
    ok: totals.ok,
    failed: totals.sent - totals.ok,
    perSecond: totals.ok / seconds,
    latencies: Float64Array.from(latencies).sort(),
    samples,
  };
}

interface Tally {
  readonly totals: { sent: number; ok: number };
  readonly latencies: number[];
  readonly samples: string[];
}

function drive(load: Load, endMs: number, startedMs: number, { totals, latencies, samples }: Tally): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true });
    let sentMs = 0;
    let received = '';
    let last = '';
    const send = () => {
      const now = performance.now();
      if (now >= endMs) return socket.end();
      const dueMs = load.ratePerSecond === undefined ? now : startedMs + (totals.sent / load.ratePerSecond) * 1000;
      if (dueMs > now) return setTimeout(send, dueMs - now);
      sentMs = now;
      return socket.write(load.request(totals.sent++));
    };
    socket.on('connect', send);
    socket.on('data', (chunk: Buffer) => {
      received = received === '' ? chunk.toString('latin1') : received + chunk.toString('latin1');
      const head = received.indexOf('\r\n\r\n');
      if (head < 0) return;
      if (!isWhole(received, head)) return;
      if (received.charCodeAt(9) === 0x32) totals.ok += 1;
      latencies.push(performance.now() - sentMs);
      last = received;
      received = '';
      send();
    });
    socket.on('error', reject);
    socket.on('close', () => {
      samples.push(Buffer.from(last.slice(last.indexOf('\r\n\r\n') + 4), 'latin1').toString());
      resolve();
    });
  });
}

const LAST_CHUNK = '\r\n0\r\n\r\n';

function isWhole(received: string, head: number): boolean {
  const length = /content-length: (\d+)/i.exec(received)?.[1];
  if (length !== undefined) return received.length >= head + 4 + Number(length);
  return !/^transfer-encoding: chunked/im.test(received.slice(0, head)) || received.endsWith(LAST_CHUNK);
}

export function httpRequest(method: string, path: string, headers: Record<string, string>, body?: string): string {
  const head = headOf(method, path, headers);
  return body === undefined ? `${head}\r\n` : withJson(head, body);
}

/** Makes requests that differ in their bodies alone: what a generator spends on the rest is taken from the server. */
export function jsonPosts(path: string, headers: Record<string, string>): (body: string) => string {
  const head = headOf('POST', path, headers);
  return (body) => withJson(head, body);
}

function headOf(method: string, path: string, headers: Record<string, string>): string {
  const lines = Object.entries({ host: 'bench', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}`;
}

function withJson(head: string, body: string): string {
  return `${head}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
