import { bodyOf, isOk, RawConnection } from './raw-connection.js';

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

/** A closed loop over raw sockets: cheap enough that the server, and not the generator, is what is measured. */
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
    let sentMs = 0;
    let last = '';
    const connection = new RawConnection(load.port, (answer) => {
      if (isOk(answer)) totals.ok += 1;
      latencies.push(performance.now() - sentMs);
      last = answer;
      send();
    });
    const send = () => {
      const now = performance.now();
      if (now >= endMs) return connection.end();
      const dueMs = load.ratePerSecond === undefined ? now : startedMs + (totals.sent / load.ratePerSecond) * 1000;
      if (dueMs > now) return setTimeout(send, dueMs - now);
      sentMs = now;
      return connection.send(load.request(totals.sent++));
    };
    send();
    connection.closed.then(() => {
      samples.push(bodyOf(last));
      resolve();
    }, reject);
  });
}

export function httpRequest(method: string, path: string, headers: Record<string, string>, body?: string): string {
  const head = headOf(method, path, headers);
  return body === undefined ? `${head}\r\n` : withJson(head, body);
}

/** Makes requests that differ in their bodies alone: time that the generator spends on the rest is taken from the server. */
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
