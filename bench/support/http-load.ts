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
  /** Other answers. */
  failed: number;
  perSecond: number;
  /** Milliseconds, sorted. */
  latencies: Float64Array;
}

/**
 * A closed loop over raw sockets: cheap enough that the server, and not the generator, is what is measured.
 * Understands answers with a Content-Length, and no others.
 */
export async function loadHttp(load: Load): Promise<LoadResult> {
  const latencies: number[] = [];
  const totals = { sent: 0, ok: 0, failed: 0 };
  const startedMs = performance.now();
  const endMs = startedMs + load.durationMs;
  await Promise.all(Array.from({ length: load.connections }, () => drive(load, endMs, startedMs, totals, latencies)));
  const seconds = (performance.now() - startedMs) / 1000;
  return {
    ok: totals.ok,
    failed: totals.failed,
    perSecond: totals.ok / seconds,
    latencies: Float64Array.from(latencies).sort(),
  };
}

function drive(
  load: Load,
  endMs: number,
  startedMs: number,
  totals: { sent: number; ok: number; failed: number },
  latencies: number[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true });
    let sentMs = 0;
    let received = '';
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
      const length = /content-length: (\d+)/i.exec(received)?.[1];
      if (received.length < head + 4 + Number(length ?? 0)) return;
      if (received.charCodeAt(9) === 0x32) totals.ok += 1;
      else totals.failed += 1;
      received = '';
      latencies.push(performance.now() - sentMs);
      send();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
}

export function httpRequest(method: string, path: string, headers: Record<string, string>, body?: string): string {
  const all: Record<string, string> = { host: 'bench', ...headers };
  if (body !== undefined) {
    all['content-type'] = 'application/json';
    all['content-length'] = String(Buffer.byteLength(body));
  }
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${head.join('')}\r\n${body ?? ''}`;
}
