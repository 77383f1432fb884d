import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { SessionHints } from '../../hints/session-hints.js';
import { LogAnnouncer } from '../../journal/log-announcer.js';
import { SessionLogRepository } from '../../journal/session-log.repository.js';
import type { SessionKey } from '../../journal/session-write.js';
import { outsideContext } from '../../reliability/context/request-context.js';
import { CLOCK, type Clock } from '../../reliability/ports.js';
import { unloggedFrame } from './frames.js';
import { SessionFeed } from './session-feed.js';
import { LOOK_MS } from './stream-limits.js';
import { StreamTelemetry } from './stream-telemetry.js';
import { StreamsRepository, type LogHead } from './streams.repository.js';

/** The feeds of the sessions that this process follows, and the sources that tell them of new events. */
@Injectable()
export class SessionFeeds implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly feeds = new Map<string, SessionFeed>();
  private endings: readonly (() => void)[] = [];
  private cancelLook: () => void = () => {};
  private looking = false;

  constructor(
    private readonly repository: StreamsRepository,
    private readonly log: SessionLogRepository,
    private readonly announcer: LogAnnouncer,
    private readonly hints: SessionHints,
    private readonly telemetry: StreamTelemetry,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.endings = [
      this.announcer.onAdvance(({ sessionId, events }) => this.feeds.get(sessionId)?.advance(events)),
      this.hints.onReached(({ sessionId, sequence }) => this.feeds.get(sessionId)?.reached(sequence)),
      this.hints.onDelta(({ sessionId, data }) => this.feeds.get(sessionId)?.delta(unloggedFrame('delta', data))),
      this.hints.onDoubt(() => void this.look()),
    ];
    outsideContext(() => this.lookLater());
  }

  onApplicationShutdown(): void {
    for (const end of this.endings) end();
    this.cancelLook();
  }

  /** The feed of a session, made for its first follower. */
  of(key: SessionKey, head: LogHead): SessionFeed {
    const known = this.feeds.get(key.sessionId);
    if (known?.epoch === head.epoch) {
      known.reached(head.lastSequence);
      return known;
    }
    known?.look(head);
    const feed = new SessionFeed(key, head, {
      read: (after, limit) => outsideContext(() => this.log.eventsAfter(key, { after, limit })),
      onFailure: (error) => this.telemetry.readFailed(error),
      onRead: (events) => this.telemetry.seen(events, this.clock.epochMs()),
    });
    this.feeds.set(key.sessionId, feed);
    return feed;
  }

  /** Drops a feed without followers. */
  release(feed: SessionFeed): void {
    if (feed.size === 0 && this.feeds.get(feed.sessionId) === feed) this.feeds.delete(feed.sessionId);
  }

  /** Looks at all followed logs in one statement, whether or not there was a hint. */
  private async look(): Promise<void> {
    if (this.looking || this.feeds.size === 0) return;
    this.looking = true;
    try {
      const feeds = [...this.feeds.values()];
      const heads = await outsideContext(() => this.repository.headsNow(feeds));
      for (const [index, feed] of feeds.entries()) feed.look(heads[index]);
    } catch (error) {
      this.telemetry.readFailed(error);
    } finally {
      this.looking = false;
    }
  }

  private lookLater(): void {
    this.cancelLook = this.clock.schedule(LOOK_MS, () => {
      void this.look().finally(() => this.lookLater());
    });
  }
}
