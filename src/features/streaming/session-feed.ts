import type { LoggedEvent } from '../../journal/event-log.js';
import type { SessionKey } from '../../journal/session-write.js';
import { Frames } from './frames.js';
import { asChunk } from './stream-connection.js';
import { PAGE_EVENTS, RECENT_BYTES } from './stream-limits.js';
import type { LogHead } from './streams.repository.js';

/** A stream that follows a session. */
export interface Follower {
  /** There are new events; they begin where the feed ended before. @param chunk all of them as a chunk. */
  onFrames(frames: Frames, chunk: Buffer): void;
  /** Something that is not logged. @param chunk the same as a chunk. */
  onDelta(frame: Buffer, chunk: Buffer): void;
  /** The log cannot be followed from where it was: it has another epoch, a hole, or is gone. */
  onBroken(): void;
}

export interface FeedParts {
  /** Reads the events after a sequence. */
  readonly read: (after: number, limit: number) => Promise<LoggedEvent[]>;
  readonly onFailure: (error: unknown) => void;
  /** Called with the events of each read. */
  readonly onRead: (events: readonly LoggedEvent[]) => void;
}

/**
 * What a process knows of a session's log while a stream follows it: where the log ends, and the newest events. However many
 * streams follow it, each event is read once, written once, and handed to all. The log alone gives the order: events from
 * elsewhere are taken only when they come next in it.
 */
export class SessionFeed implements SessionKey {
  readonly tenantId: string;
  readonly sessionId: string;
  readonly epoch: string;
  private readonly followers = new Set<Follower>();
  private recent: Frames[] = [];
  private recentBytes = 0;
  private current: { end: number; ended: boolean };
  /** The highest sequence that was reported. */
  private told = 0;
  /** Counts reports, so that a read can tell whether one came meanwhile. */
  private reports = 0;
  private reading = false;

  constructor(
    key: SessionKey,
    head: LogHead,
    private readonly parts: FeedParts,
  ) {
    this.tenantId = key.tenantId;
    this.sessionId = key.sessionId;
    this.epoch = head.epoch;
    this.current = { end: head.lastSequence, ended: head.ended };
  }

  /** The last event that is known here. */
  get end(): number {
    return this.current.end;
  }

  /** Whether that event ends an attempt, and no later one was reported: after a retry the log goes on. */
  get ended(): boolean {
    return this.current.ended && this.told <= this.current.end;
  }

  get size(): number {
    return this.followers.size;
  }

  add(follower: Follower): void {
    this.followers.add(follower);
  }

  remove(follower: Follower): void {
    this.followers.delete(follower);
  }

  /** The newest events, if they reach back to the one after a sequence. */
  recentAfter(sequence: number): Frames | undefined {
    return this.recent.find(({ after, last }) => after <= sequence && sequence < last);
  }

  /** Events of this process's own, right after their commit: no need to read them. */
  advance(events: readonly LoggedEvent[]): void {
    const [first] = events;
    const last = events.at(-1);
    if (!first || !last) return;
    if (first.sequence === this.current.end + 1) this.deliver(events);
    else this.reached(last.sequence);
  }

  /** A report that the log goes up to here. */
  reached(sequence: number): void {
    if (sequence <= this.current.end) return;
    this.told = Math.max(this.told, sequence);
    this.reports += 1;
    if (!this.reading) void this.readOn();
  }

  delta(frame: Buffer): void {
    const chunk = asChunk(frame);
    for (const follower of this.followers) follower.onDelta(frame, chunk);
  }

  /** Takes the result of a look at the log; undefined when the log is gone. */
  look(head: LogHead | undefined): void {
    if (head?.epoch === this.epoch) this.reached(head.lastSequence);
    else this.breakOff();
  }

  private async readOn(): Promise<void> {
    this.reading = true;
    try {
      while (this.followers.size > 0 && this.told > this.current.end) {
        const { reports } = this;
        const events = await this.parts.read(this.current.end, PAGE_EVENTS);
        const fresh = events.filter(({ sequence }) => sequence > this.current.end);
        // The hint was wrong, or this process's own events came first. One that came during the read may be right.
        if (fresh.length === 0) {
          if (this.reports === reports) break;
          continue;
        }
        if (fresh[0]?.sequence !== this.current.end + 1) return this.breakOff();
        this.parts.onRead(fresh);
        this.deliver(fresh);
      }
    } catch (error) {
      // The next look, or the next hint, tries again.
      this.parts.onFailure(error);
    } finally {
      this.told = Math.min(this.told, this.current.end);
      this.reading = false;
    }
  }

  private deliver(events: readonly LoggedEvent[]): void {
    const frames = Frames.of(this.epoch, events);
    this.current = { end: frames.last, ended: frames.terminal };
    this.recent.push(frames);
    this.recentBytes += frames.bytes.length;
    while (this.recent.length > 1 && this.recentBytes > RECENT_BYTES)
      this.recentBytes -= this.recent.shift()?.bytes.length ?? 0;
    const chunk = asChunk(frames.bytes);
    for (const follower of this.followers) follower.onFrames(frames, chunk);
  }

  private breakOff(): void {
    for (const follower of this.followers) follower.onBroken();
  }
}
