import { Injectable } from '@nestjs/common';
import type { SessionKey } from '../../journal/session-write.js';
import { AppError } from '../../reliability/errors/app-error.js';
import { outsideContext } from '../../reliability/context/request-context.js';
import { SessionsRepository, showSession } from '../sessions/index.js';
import type { Cursor } from './cursor.js';
import { snapshotFrame, unloggedFrame } from './frames.js';
import { LogPages } from './log-pages.js';
import type { SessionFeed } from './session-feed.js';
import type { Gap } from './session-stream.js';
import { StreamTelemetry } from './stream-telemetry.js';

/** Tells a client that asks for events that are not available what it has missed, and where the session stands. */
@Injectable()
export class Gaps {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly pages: LogPages,
    private readonly telemetry: StreamTelemetry,
  ) {}

  /** The cursor is of another log, or from the future of this one. @throws AppError not_found */
  unknown(key: SessionKey, { cursor, epoch }: { cursor: Cursor; epoch: string }): Promise<Gap> {
    const isOther = cursor.epoch !== undefined && cursor.epoch !== epoch;
    return this.gap({ key, epoch, has: isOther ? 0 : cursor.sequence, expected: cursor.sequence + 1 });
  }

  /** The events after the cursor are no longer kept. @throws AppError not_found */
  expired(feed: SessionFeed, sequence: number): Promise<Gap> {
    return this.gap({ key: feed, epoch: feed.epoch, has: sequence, expected: sequence + 1 });
  }

  private async gap({ key, epoch, has, expected }: Missing): Promise<Gap> {
    const session = await outsideContext(() => this.sessions.find(key.sessionId, key.tenantId));
    if (!session) throw new AppError('not_found');
    const through = session.lastSequence;
    const facts = {
      expected,
      actual: through + 1,
      missed: Math.max(0, through - has),
      earliest: (await this.pages.earliest(key)) ?? through + 1,
    };
    this.telemetry.gap();
    const snapshot = { session: showSession(session), events_through: through };
    return {
      through,
      bytes: Buffer.concat([unloggedFrame('gap_detected', JSON.stringify(facts)), snapshotFrame(epoch, snapshot)]),
    };
  }
}

interface Missing {
  readonly key: SessionKey;
  readonly epoch: string;
  /** The last event that the client has, of this log. */
  readonly has: number;
  readonly expected: number;
}
