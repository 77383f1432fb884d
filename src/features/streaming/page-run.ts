import type { CopyRow } from '../../database/copy-row.js';
import { FrameWriter } from './frame-writer.js';
import type { Frames } from './frames.js';
import { PAGE_EVENTS } from './stream-limits.js';

/** Pages of a log that are read in one statement. */
export interface PagePlaces {
  /** The number of the first one. */
  readonly first: number;
  readonly count: number;
}

/** Which page an event stands on. */
export function pageOf(sequence: number): number {
  return Math.floor((sequence - 1) / PAGE_EVENTS);
}

/** Parts the events of a log, as they come from the database, into pages. */
export class PageRun {
  private readonly writer: FrameWriter;
  private readonly done: (Frames | undefined)[] = [];

  constructor(
    log: { readonly epoch: string; readonly sessionId: string },
    private readonly places: PagePlaces,
  ) {
    this.writer = new FrameWriter(log);
  }

  add(row: CopyRow): void {
    const sequence = row.next().int32();
    const page = pageOf(sequence) - this.places.first;
    if (page >= this.places.count) return;
    while (this.done.length < page) this.done.push(this.writer.take());
    this.writer.add(sequence, row);
  }

  /** The pages, each up to the first hole in it; undefined where the log has nothing. */
  end(): readonly (Frames | undefined)[] {
    this.done.push(this.writer.take());
    while (this.done.length < this.places.count) this.done.push(undefined);
    this.writer.close();
    return this.done;
  }
}
