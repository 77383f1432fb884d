import { Injectable } from '@nestjs/common';
import { SessionLogRepository } from '../../journal/session-log.repository.js';
import type { SessionKey } from '../../journal/session-write.js';
import { outsideContext } from '../../reliability/context/request-context.js';
import { Frames } from './frames.js';
import { PAGE_CACHE_BYTES, PAGE_EVENTS, READ_AHEAD } from './stream-limits.js';
import { StreamsRepository } from './streams.repository.js';

/** The log whose pages are asked for. */
export interface PagedLog extends SessionKey {
  readonly epoch: string;
  /** The last event that is known of it. */
  readonly end: number;
}

/**
 * Logs page by page, as the stream sends them. Pages begin at fixed sequences, so that clients with different cursors share
 * them; full ones never change, and the ones that were used last are kept.
 */
@Injectable()
export class LogPages {
  private readonly kept = new Map<string, Frames>();
  private keptBytes = 0;
  private readonly reading = new Map<string, Promise<Frames | undefined>>();

  constructor(
    private readonly streams: StreamsRepository,
    private readonly log: SessionLogRepository,
  ) {}

  /**
   * The page that holds the event after a sequence, or, where that one is missing, what comes next; undefined when the log has
   * nothing there. Those after it are read ahead, as far as the log goes: whoever asks now asks for them next. @throws AppError
   */
  async after(log: PagedLog, sequence: number): Promise<Frames | undefined> {
    const page = Math.floor(sequence / PAGE_EVENTS);
    const wanted = this.page(log, page);
    for (let next = page + 1; next <= page + READ_AHEAD && log.end > next * PAGE_EVENTS; next++)
      this.page(log, next).catch(() => {});
    const frames = await wanted;
    // It ends at a hole, or was read before the log went on: asked for again, it would be no longer, for ever.
    return frames && frames.last <= sequence ? outsideContext(() => this.readToHole(log, sequence)) : frames;
  }

  /** The earliest event that is kept; undefined when there is none. */
  async earliest(log: SessionKey): Promise<number | undefined> {
    const [first] = await this.log.eventsAfter(log, { after: 0, limit: 1 });
    return first?.sequence;
  }

  private page(log: PagedLog, page: number): Promise<Frames | undefined> {
    const key = `${log.sessionId}.${log.epoch}.${page}`;
    const known = this.kept.get(key);
    if (known) {
      this.keep(key, known);
      return Promise.resolve(known);
    }
    const underWay = this.reading.get(key);
    if (underWay) return underWay;
    const read = outsideContext(() => this.read(log, page * PAGE_EVENTS)).then(
      (frames) => {
        this.reading.delete(key);
        if (frames && frames.count === PAGE_EVENTS) this.keep(key, frames);
        return frames;
      },
      (error: unknown) => {
        this.reading.delete(key);
        throw error;
      },
    );
    this.reading.set(key, read);
    return read;
  }

  private async read(log: PagedLog, after: number): Promise<Frames | undefined> {
    const page = await this.streams.page({ ...log, after, through: after + PAGE_EVENTS });
    return page === undefined ? undefined : (Frames.ofPage(log, page) ?? this.readToHole(log, after));
  }

  private async readToHole(log: PagedLog, after: number): Promise<Frames | undefined> {
    const events = await this.log.eventsAfter(log, { after, limit: PAGE_EVENTS });
    return events.length === 0 ? undefined : Frames.of(log.epoch, events);
  }

  private keep(key: string, frames: Frames): void {
    this.forget(key);
    if (frames.bytes.length > PAGE_CACHE_BYTES) return;
    this.kept.set(key, frames);
    this.keptBytes += frames.bytes.length;
    for (const oldest of this.kept.keys()) {
      if (this.keptBytes <= PAGE_CACHE_BYTES) break;
      this.forget(oldest);
    }
  }

  private forget(key: string): void {
    this.keptBytes -= this.kept.get(key)?.bytes.length ?? 0;
    this.kept.delete(key);
  }
}
