import { Inject, Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import { newUuid } from '../database/id.js';
import { DatabaseNotices } from '../database/notices.js';
import { outsideContext } from '../reliability/context/request-context.js';
import { Listeners } from '../reliability/listeners.js';
import { CLOCK, type Clock } from '../reliability/ports.js';
import { RUNS_CHANNEL, WISHES_CHANNEL } from './run-queue.repository.js';

/** An announcement may be lost, so its commit does not wait for the disk. */
const ANNOUNCE: Statement = {
  name: 'run-announce',
  text: `SELECT pg_notify('${RUNS_CHANNEL}', $1), set_config('synchronous_commit', 'off', true)`,
};

/** The least time between two announcements to other processes: in Postgres, commits that notify wait for each other. */
const ANNOUNCE_EVERY_MS = 20;

/** Tells workers that there may be something to do. It may be lost, so they also look by themselves now and then. */
@Injectable()
export class RunWakeUps {
  private readonly self = newUuid();
  private readonly here = new Listeners<void>();
  /** `again`: there is more to tell once the pause is over. */
  private telling: 'no' | 'once' | 'again' = 'no';

  constructor(
    private readonly notices: DatabaseNotices,
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Calls the listener when runs may be waiting. @returns a function that unsubscribes it. */
  onWakeUp(listener: () => void): () => void {
    const ends = [
      this.here.add(listener),
      this.notices.subscribe(RUNS_CHANNEL, (sender) => {
        // This process has heard its own announcements already.
        if (sender !== this.self) listener();
      }),
    ];
    return () => ends.forEach((end) => end());
  }

  /** Calls the listener when a run may be wanted paused or cancelled. @returns a function that unsubscribes it. */
  onWish(listener: () => void): () => void {
    return this.notices.subscribe(WISHES_CHANNEL, listener);
  }

  /** Call it once queued runs are committed: this process's worker hears of them now, those of other processes in a moment. */
  announce(): void {
    this.here.notify();
    if (this.notices.isAlone) return;
    // It is told for all tenants: it must not use the database place of the tenant that happened to be the first.
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
