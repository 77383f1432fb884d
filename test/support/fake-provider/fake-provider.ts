import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { defaultContent } from './answer.js';
import { ok } from './answers.js';
import { ReceivedCall } from './call.js';
import { Connection, type Host } from './connection.js';
import type { Behaviour } from './exchange.js';
import type { RawRequest } from './parse.js';
import { status } from './refusals.js';

export interface FakeProviderOptions {
  /** A free one when left out. */
  readonly port?: number;
  /** What the model says where a behaviour names no words of its own; by default {@link defaultContent}. */
  readonly answer?: (call: ReceivedCall) => string;
  /** false in benchmarks: `calls` stays empty, and memory flat. */
  readonly record?: boolean;
}

/**
 * A model provider on 127.0.0.1 that speaks OpenAI chat completions and Anthropic messages over raw sockets, and does
 * every fault for real. A request counts when its last byte has been read.
 */
export class FakeProvider {
  /** In the order in which they arrived whole. */
  readonly calls: ReceivedCall[] = [];
  /** Requests in all, also without records. */
  count = 0;
  /** Connections accepted in all. */
  connections = 0;
  inFlight = 0;
  maxInFlight = 0;
  private server: Server | undefined;
  private readonly open = new Set<Connection>();
  private readonly faults: unknown[] = [];
  private readonly queue: Behaviour[] = [];
  private readonly rules: ((call: ReceivedCall) => Behaviour | undefined)[] = [];
  private otherwise: Behaviour = ok();
  private port: number;

  private constructor(private readonly options: FakeProviderOptions) {
    this.port = options.port ?? 0;
  }

  static async start(options: FakeProviderOptions = {}): Promise<FakeProvider> {
    const provider = new FakeProvider(options);
    await provider.up();
    return provider;
  }

  /** With `/v1`, as an operator configures it. */
  get baseUrl(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  /** Each behaviour meets one request, in order, before anything that {@link always} says. */
  next(...behaviours: readonly Behaviour[]): this {
    this.queue.push(...behaviours);
    return this;
  }

  /** Meets every request that no rule and no queued behaviour meets. */
  always(behaviour: Behaviour): this {
    this.otherwise = behaviour;
    return this;
  }

  /** Looks at every request before the queue does; the first rule that returns a behaviour decides. */
  when(rule: (call: ReceivedCall) => Behaviour | undefined): this {
    this.rules.push(rule);
    return this;
  }

  /** Forgets calls, counts, queue and rules, and is well again. Requests in flight go on. */
  clear(): this {
    for (const list of [this.calls, this.queue, this.rules]) list.length = 0;
    this.count = 0;
    this.connections = 0;
    this.maxInFlight = this.inFlight;
    return this.always(ok());
  }

  /** Requests by `X-Holdfast-Call`; those without it are left out. */
  callsByKey(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { callId } of this.calls) if (callId !== undefined) counts.set(callId, (counts.get(callId) ?? 0) + 1);
    return counts;
  }

  /** Listens, again after {@link down} on the same port. */
  async up(): Promise<void> {
    if (this.server) return;
    const server = createServer((socket) => this.accept(socket));
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** Drops every connection and refuses new ones. */
  async down(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = undefined;
    const closed = once(server, 'close');
    server.close();
    for (const connection of this.open) connection.drop();
    await closed;
  }

  /** The end. @throws what went wrong in the fake itself, in a rule or in `answer`: the client saw only a broken connection. */
  async stop(): Promise<void> {
    await this.down();
    if (this.faults.length > 0)
      throw new AggregateError(this.faults, `the fake provider broke: ${String(this.faults[0])}`);
  }

  private accept(socket: Socket): void {
    this.connections += 1;
    const connection = new Connection(socket, this.host);
    this.open.add(connection);
    socket.once('close', () => this.open.delete(connection));
  }

  private readonly host: Host = {
    arrived: (raw: RawRequest) => {
      this.count += 1;
      this.inFlight += 1;
      this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
      const call = new ReceivedCall(this.count, raw);
      if (this.options.record ?? true) this.calls.push(call);
      return call;
    },
    behaviourFor: (call) => this.refused(call) ?? this.ruled(call) ?? this.queue.shift() ?? this.otherwise,
    contentFor: (call) => (this.options.answer ?? defaultContent)(call),
    over: () => void (this.inFlight -= 1),
    broke: (error) => void this.faults.push(error),
  };

  /** A request that no provider would accept: another path or method, or a body that is no JSON object. */
  private refused(call: ReceivedCall): Behaviour | undefined {
    if (!/^\/v1\/(chat\/completions|messages)$/.test(call.path)) return status(404);
    if (call.method !== 'POST') return status(405);
    return undefined;
  }

  private ruled(call: ReceivedCall): Behaviour | undefined {
    for (const rule of this.rules) {
      const behaviour = rule(call);
      if (behaviour) return behaviour;
    }
    return undefined;
  }
}
