import { Injectable } from '@nestjs/common';
import { SessionLogRepository } from '../../journal/session-log.repository.js';
import type { SessionKey } from '../../journal/session-write.js';
import { outsideContext } from '../../reliability/context/request-context.js';
import { Frames } from './frames.js';
import { pageOf, type PagePlaces } from './page-run.js';
import { PAGE_CACHE_BYTES, PAGE_EVENTS, READ_AHEAD, READ_AT_ONCE } from './stream-limits.js';
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
   * The page that holds the event after a sequence, or, where that event is missing, what comes next; undefined when the log has
   * nothing there. The full pages after it are read ahead: the same client asks for them next.
   * @throws AppError
   */
  async after(log: PagedLog, sequence: number): Promise<Frames | undefined> {
    const page = pageOf(sequence + 1);
    const wanted = this.page(log, page);
    this.readAhead(log, page + 1);
    const frames = await wanted;
    // The page ends at a hole, or was read before the log grew. The next look-up would get the same page, and so on for ever.
    return frames && frames.last <= sequence ? outsideContext(() => this.readToHole(log, sequence)) : frames;
  }

  /** The earliest event that is kept; undefined when there is none. */
  async earliest(log: SessionKey): Promise<number | undefined> {
    const [first] = await this.log.eventsAfter(log, { after: 0, limit: 1 });
    return first?.sequence;
  }

  private page(log: PagedLog, page: number): Promise<Frames | undefined> {
    const key = keyOf(log, page);
    const known = this.kept.get(key);
    if (!known) return this.reading.get(key) ?? this.read(log, { first: page, count: 1 });
    this.keep(key, known);
    return Promise.resolve(known);
  }

  /** Reads several pages in one statement, which costs little more than one; only full ones, since no others are kept. */
  private readAhead(log: PagedLog, page: number): void {
    const isDue = (next: number): boolean => log.end >= (next + 1) * PAGE_EVENTS && !this.isKnown(log, next);
    let first = page;
    while (first < page + READ_AHEAD && !isDue(first)) first += 1;
    if (first === page + READ_AHEAD) return;
    let count = 1;
    while (count < READ_AT_ONCE && isDue(first + count)) count += 1;
    this.read(log, { first, count }).catch(() => {});
  }

  private isKnown(log: PagedLog, page: number): boolean {
    const key = keyOf(log, page);
    return this.kept.has(key) || this.reading.has(key);
  }

  /** @returns the first of the pages. */
  private async read(log: PagedLog, places: PagePlaces): Promise<Frames | undefined> {
    const all = outsideContext(() => this.streams.pages(log, places));
    const keys = Array.from({ length: places.count }, (_, index) => keyOf(log, places.first + index));
    for (const [index, key] of keys.entries()) {
      const one = all.then((pages) => pages[index]);
      one.catch(() => {});
      this.reading.set(key, one);
    }
    try {
      const pages = await all;
      for (const [index, key] of keys.entries()) {
        const frames = pages[index];
        if (frames?.count === PAGE_EVENTS) this.keep(key, frames);
      }
      return pages[0];
    } finally {
      for (const key of keys) this.reading.delete(key);
    }
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

function keyOf({ sessionId, epoch }: PagedLog, page: number): string {
  return `${sessionId}.${epoch}.${page}`;
}
