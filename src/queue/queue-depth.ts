import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '../reliability/ports.js';
import { RunQueueRepository } from './run-queue.repository.js';

/** How long a count is cached, milliseconds: clients without credentials ask for it, and must not load the database. */
const CACHED_MS = 2_000;

/** How many runs wait for a worker, for operators. */
@Injectable()
export class QueueDepth {
  private last: { readonly depth: Promise<number | null>; readonly atMs: number } | undefined;

  constructor(
    private readonly queue: RunQueueRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Null when the database cannot be asked. Never rejects. */
  current(): Promise<number | null> {
    const now = this.clock.monotonicMs();
    if (!this.last || now - this.last.atMs >= CACHED_MS)
      this.last = { depth: this.queue.depth().catch(() => null), atMs: now };
    return this.last.depth;
  }
}
