import type { Principal } from '../../reliability/context/request-context.js';
import type { Clock } from '../../reliability/ports.js';
import { KEEPALIVE, KEEPALIVE_CHUNK, type Frames } from './frames.js';
import type { Follower, SessionFeed } from './session-feed.js';
import type { StreamConnection } from './stream-connection.js';
import {
  DRAIN_TAKE_MS,
  KEEPALIVE_MS,
  KEEPALIVE_TICK_MS,
  MOST_PUSHED_BYTES,
  MOST_WAITING_BYTES,
  MOST_WAITING_FOR_DELTAS,
  STALLED_MS,
  WRITE_BYTES,
} from './stream-limits.js';

/** Why a stream is over. */
export type StreamEnding = 'complete' | 'gone' | 'slow' | 'unauthorized' | 'drained' | 'broken';

/** What a stream needs of its connection. */
export type Outlet = Pick<
  StreamConnection,
  'closed' | 'waitingBytes' | 'write' | 'onceDrained' | 'onClose' | 'end' | 'cut'
>;

/** What stands in for the events that a client cannot be given one by one. */
export interface Gap {
  /** The bytes that say so, with the snapshot. */
  readonly bytes: Buffer;
  /** The last event that the snapshot covers. */
  readonly through: number;
}

export interface SessionStreamParts {
  readonly clock: Clock;
  /** The page of the log after a sequence; undefined when it has nothing there. */
  readonly page: (feed: SessionFeed, after: number) => Promise<Frames | undefined>;
  readonly gap: (feed: SessionFeed, sequence: number) => Promise<Gap>;
  readonly onSent: (events: number) => void;
  readonly onEnd: (stream: SessionStream, ending: StreamEnding) => void;
  readonly onFailure: (error: unknown) => void;
}

export interface SessionStreamStart {
  readonly feed: SessionFeed;
  readonly connection: Outlet;
  readonly principal: Principal;
  /** The last event that the client has. */
  readonly sequence: number;
  /** Called once, whatever ends the stream. */
  readonly onEnd: (ending: StreamEnding) => void;
}

/**
 * One client that follows one session. While it is behind, it gets pages of the log, no faster than it takes them; once it has
 * all that its feed knows, it gets each event as it comes. Both go by the sequence alone, so there is neither a hole nor a
 * repeat where they meet.
 */
export class SessionStream implements Follower {
  readonly feed: SessionFeed;
  readonly principal: Principal;
  /** The last event that the client was sent. */
  private cursor: number;
  private ending: StreamEnding | undefined;
  private wroteAtMs: number;
  /** When the reader was last seen to have taken something, and how many bytes until then. */
  private tookAtMs: number;
  private taken = 0;
  private written = 0;
  private draining: PromiseWithResolvers<void> | undefined;
  private behind = false;
  private cancelCut: () => void = () => {};
  private readonly connection: Outlet;
  private readonly onEnd: (ending: StreamEnding) => void;

  constructor(
    { feed, connection, principal, sequence, onEnd }: SessionStreamStart,
    private readonly parts: SessionStreamParts,
  ) {
    this.feed = feed;
    this.connection = connection;
    this.principal = principal;
    this.cursor = sequence;
    this.onEnd = onEnd;
    this.wroteAtMs = this.tookAtMs = parts.clock.monotonicMs();
    connection.onClose(() => {
      this.cancelCut();
      this.finish('gone');
    });
  }

  get over(): boolean {
    return this.ending !== undefined;
  }

  /** Begins to follow. @param gap what the client is given first, when it cannot be given the events after its cursor. */
  begin(gap?: Gap): void {
    this.feed.add(this);
    if (gap) this.jump(gap);
    void this.catchUp();
  }

  onFrames(frames: Frames, chunk: Buffer): void {
    // While the client is behind, it gets these events from the log.
    if (this.behind || this.over) return;
    // So much at once is not the reader's fault: it is sent piece by piece, as a replay is.
    if (frames.bytes.length > MOST_PUSHED_BYTES) return void this.catchUp();
    // The client may be ahead of the feed, from a page of the log or another replica: then it has these events, and their end.
    if (frames.last > this.cursor) this.sendFrames(frames, Infinity, chunk);
    if (this.connection.waitingBytes > MOST_WAITING_BYTES) this.cut('slow');
    else this.closeAtEnd();
  }

  onDelta(frame: Buffer, chunk: Buffer): void {
    if (!this.behind && !this.over && this.connection.waitingBytes <= MOST_WAITING_FOR_DELTAS) this.write(frame, chunk);
  }

  onBroken(): void {
    this.end('broken');
  }

  /** Breaks a silence, and notices a reader that has stopped reading. @returns when to be looked at again, milliseconds. */
  keepAlive(nowMs: number): number {
    this.watch(nowMs);
    // The report of a later event may have been wrong: then the log has ended.
    if (!this.behind) this.closeAtEnd();
    const silentMs = nowMs - this.wroteAtMs;
    // A comment that falls due before the next look is sent now.
    if (!this.over && silentMs > KEEPALIVE_MS - KEEPALIVE_TICK_MS) this.write(KEEPALIVE, KEEPALIVE_CHUNK);
    return this.wroteAtMs + KEEPALIVE_MS - KEEPALIVE_TICK_MS;
  }

  /** Ends in good order. @param last the last bytes. */
  end(ending: StreamEnding, last?: Buffer): void {
    if (this.over) return;
    // First, so that the connection's close is no second ending.
    this.finish(ending);
    this.connection.end(last);
    if (this.connection.waitingBytes > 0) this.seeOff(ending === 'drained');
  }

  /** The wheel drops a stream that is over: a reader that takes nothing more would hold its bytes, or a drain, for ever. */
  private seeOff(drained: boolean): void {
    const { waitingBytes } = this.connection;
    this.cancelCut = this.parts.clock.schedule(drained ? DRAIN_TAKE_MS : STALLED_MS, () => {
      if (!drained && this.connection.waitingBytes < waitingBytes) this.seeOff(drained);
      else this.connection.cut();
    });
  }

  /** A slow reader is tolerated; one that takes nothing of what waits for it is as good as gone. */
  private watch(nowMs: number): void {
    const { waitingBytes } = this.connection;
    const taken = this.written - waitingBytes;
    if (waitingBytes === 0 || taken > this.taken) this.tookAtMs = nowMs;
    else if (nowMs - this.tookAtMs >= STALLED_MS) this.cut('slow');
    this.taken = taken;
  }

  private cut(ending: StreamEnding): void {
    this.connection.cut();
    this.finish(ending);
  }

  private finish(ending: StreamEnding): void {
    if (this.over) return;
    this.ending = ending;
    this.feed.remove(this);
    this.draining?.resolve();
    this.onEnd(ending);
    this.parts.onEnd(this, ending);
  }

  private async catchUp(): Promise<void> {
    if (this.behind) return;
    this.behind = true;
    try {
      while (!this.over && this.cursor < this.feed.end) await this.step();
    } catch (error) {
      // The client comes back with its cursor, and has lost nothing.
      this.parts.onFailure(error);
      this.end('broken');
    } finally {
      this.behind = false;
    }
    this.closeAtEnd();
  }

  private async step(): Promise<void> {
    const frames = this.feed.recentAfter(this.cursor) ?? (await this.parts.page(this.feed, this.cursor));
    if (this.over) return;
    if (!frames || frames.after > this.cursor) {
      const gap = await this.parts.gap(this.feed, this.cursor);
      if (!this.over) this.jump(gap);
      return;
    }
    while (!this.over && this.cursor < frames.last) {
      this.sendFrames(frames, WRITE_BYTES);
      if (!this.over && this.connection.waitingBytes > WRITE_BYTES) await this.drained();
    }
  }

  private jump({ bytes, through }: Gap): void {
    this.cursor = through;
    this.write(bytes);
  }

  private sendFrames(frames: Frames, mostBytes: number, chunk?: Buffer): void {
    const isWhole = this.cursor === frames.after;
    const { bytes, last } = frames.slice(this.cursor, mostBytes);
    this.parts.onSent(last - this.cursor);
    this.cursor = last;
    this.write(bytes, isWhole ? chunk : undefined);
  }

  private write(bytes: Buffer, chunk?: Buffer): void {
    // A client that has closed its side takes nothing new, and what waits for it is no reason to keep its place.
    if (this.connection.closed) return this.end('gone');
    this.wroteAtMs = this.parts.clock.monotonicMs();
    this.written += bytes.length;
    this.connection.write(bytes, chunk);
  }

  private async drained(): Promise<void> {
    this.draining = Promise.withResolvers<void>();
    this.connection.onceDrained(this.draining.resolve);
    await this.draining.promise;
    this.draining = undefined;
  }

  /** A log that has come to an end may go on after a retry: then this end is not its last event. */
  private closeAtEnd(): void {
    if (!this.over && this.feed.ended && this.cursor === this.feed.end) this.end('complete');
  }
}
