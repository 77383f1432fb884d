import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { CLOCK, RANDOM, type Clock, type Random } from '../../reliability/ports.js';
import { outsideContext } from '../../reliability/context/request-context.js';
import { jittered, retryFrame } from './frames.js';
import type { Principal } from '../../reliability/context/request-context.js';
import { Gaps } from './gaps.js';
import { LogPages } from './log-pages.js';
import { SessionFeeds } from './session-feeds.js';
import { SessionStream, type Gap, type SessionStreamParts, type StreamEnding } from './session-stream.js';
import type { StreamConnection } from './stream-connection.js';
import type { LogHead } from './streams.repository.js';
import type { SessionKey } from '../../journal/session-write.js';
import { DRAIN_RETRY_MS, KEEPALIVE_MS, KEEPALIVE_TICK_MS } from './stream-limits.js';
import { StreamTelemetry } from './stream-telemetry.js';

/** The slots of the wheel, a second each: a stream is looked at when its slot comes round. */
const SLOTS = KEEPALIVE_MS / KEEPALIVE_TICK_MS;

export interface NewStream {
  readonly key: SessionKey;
  readonly head: LogHead;
  /** The last event that the client has. */
  readonly sequence: number;
  readonly gap: Gap | undefined;
  readonly principal: Principal;
  readonly connection: StreamConnection;
}

/** The streams of this process. None has a timer of its own: one wheel looks after all. */
@Injectable()
export class OpenStreams implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private readonly streams = new Set<SessionStream>();
  private readonly wheel: Set<SessionStream>[] = Array.from({ length: SLOTS }, () => new Set<SessionStream>());
  private turn = 0;
  private draining = false;
  private cancelTick: () => void = () => {};

  private readonly parts: SessionStreamParts;

  constructor(
    private readonly feeds: SessionFeeds,
    gaps: Gaps,
    pages: LogPages,
    private readonly telemetry: StreamTelemetry,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) private readonly random: Random,
  ) {
    this.parts = {
      clock,
      page: (feed, after) => pages.after(feed, after),
      gap: (feed, sequence) => gaps.expired(feed, sequence),
      onSent: (events) => telemetry.sent(events),
      onFailure: (error) => telemetry.readFailed(error),
      onEnd: (stream, ending) => this.remove(stream, ending),
    };
  }

  onApplicationBootstrap(): void {
    this.telemetry.watch(() => this.streams.size);
    outsideContext(() => this.tickLater());
  }

  /** Readiness has flipped; new streams are refused. Clients come back in their own time, to another replica. */
  onModuleDestroy(): void {
    this.draining = true;
    for (const stream of this.streams) this.drain(stream);
  }

  onApplicationShutdown(): void {
    this.cancelTick();
  }

  get all(): Iterable<SessionStream> {
    return this.streams;
  }

  /** @param onEnd called once, whatever ends the stream. */
  begin({ key, head, sequence, gap, principal, connection }: NewStream, onEnd: (ending: StreamEnding) => void): void {
    const stream = new SessionStream(
      { feed: this.feeds.of(key, head), connection, principal, sequence, onEnd },
      this.parts,
    );
    this.streams.add(stream);
    this.put(stream, SLOTS - 1);
    stream.begin(gap);
    // It was looked up before the drain began, which has passed over it.
    if (this.draining) this.drain(stream);
  }

  private drain(stream: SessionStream): void {
    stream.end('drained', retryFrame(jittered(DRAIN_RETRY_MS, this.random)));
  }

  private remove(stream: SessionStream, ending: StreamEnding): void {
    this.streams.delete(stream);
    for (const slot of this.wheel) slot.delete(stream);
    this.feeds.release(stream.feed);
    this.telemetry.ended(ending);
  }

  private put(stream: SessionStream, ticks: number): void {
    const slot = this.wheel[(this.turn + ticks) % SLOTS];
    slot?.add(stream);
  }

  private tick(): void {
    const due = this.wheel[this.turn];
    this.turn = (this.turn + 1) % SLOTS;
    if (!due || due.size === 0) return;
    const now = this.clock.monotonicMs();
    const streams = [...due];
    due.clear();
    for (const stream of streams) {
      const nextMs = stream.keepAlive(now) - now;
      if (!stream.over) this.put(stream, Math.max(0, Math.min(SLOTS - 1, Math.floor(nextMs / KEEPALIVE_TICK_MS))));
    }
  }

  private tickLater(): void {
    this.cancelTick = this.clock.schedule(KEEPALIVE_TICK_MS, () => {
      this.tick();
      this.tickLater();
    });
  }
}
