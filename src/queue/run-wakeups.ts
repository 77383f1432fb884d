import { Inject, Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import { newUuid } from '../database/id.js';
import { DatabaseNotices } from '../database/notices.js';
import { outsideContext } from '../reliability/context/request-context.js';
import { Listeners } from '../reliability/listeners.js';
import { CLOCK, type Clock } from '../reliability/ports.js';
import { RUNS_CHANNEL, WISHES_CHANNEL } from './run-queue.repository.js';

/** It may be lost, so its commit waits for no disk. */
const ANNOUNCE: Statement = {
  name: 'run-announce',
  text: `SELECT pg_notify('${RUNS_CHANNEL}', $1), set_config('synchronous_commit', 'off', true)`,
};

/** Other processes are told once in so many milliseconds: Postgres has all commits that notify take turns. */
const ANNOUNCE_EVERY_MS = 20;

/** Tells that there may be something to do. A hint: it may be lost, so whoever listens also looks by himself now and then. */
@Injectable()
export class RunWakeUps {
  private readonly self = newUuid();
  private readonly here = new Listeners<void>();
  /** `again`: there is more to tell, once it may be told. */
  private telling: 'no' | 'once' | 'again' = 'no';

  constructor(
    private readonly notices: DatabaseNotices,
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Runs may be waiting. @returns what ends it. */
  onWakeUp(listener: () => void): () => void {
    const ends = [
      this.here.add(listener),
      this.notices.subscribe(RUNS_CHANNEL, (sender) => {
        // What this process has announced, it has heard before.
        if (sender !== this.self) listener();
      }),
    ];
    return () => ends.forEach((end) => end());
  }

  /** Somebody may want a run paused or cancelled. @returns what ends it. */
  onWish(listener: () => void): () => void {
    return this.notices.subscribe(WISHES_CHANNEL, listener);
  }

  /** Runs were put in line, and that is committed: the worker of this process hears of it now, those of others in a moment. */
  announce(): void {
    this.here.notify();
    if (this.notices.isAlone) return;
    // It is told of for all tenants: it must not take the place of whichever happened to be the first.
    if (this.telling === 'no') void outsideContext(() => this.tell());
    else this.telling = 'again';
  }

  private async tell(): Promise<void> {
    this.telling = 'once';
    await this.database.query(ANNOUNCE, [this.self], { signal: null }).catch(() => {});
    this.clock.schedule(ANNOUNCE_EVERY_MS, () => {
      const { telling } = this;
      this.telling = 'no';
      if (telling === 'again') void this.tell();
    });
  }
}
