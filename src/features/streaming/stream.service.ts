import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PREFIX, uuidOf } from '../../database/id.js';
import type { SessionKey } from '../../journal/session-write.js';
import type { Principal } from '../../reliability/context/request-context.js';
import { AppError } from '../../reliability/errors/app-error.js';
import { RANDOM, type Random } from '../../reliability/ports.js';
import { continues, readCursor, type AskedCursor, type Cursor } from './cursor.js';
import { jittered, retryFrame } from './frames.js';
import { Gaps } from './gaps.js';
import { LogHeads } from './log-heads.js';
import { OpenStreams } from './open-streams.js';
import type { Gap, StreamEnding } from './session-stream.js';
import { StormControl } from './storm-control.js';
import { StreamConnection } from './stream-connection.js';
import { FULL_RETRY_MS, RETRY_MS } from './stream-limits.js';
import { StreamPlaces } from './stream-places.js';
import { StreamTelemetry } from './stream-telemetry.js';
import type { LogHead } from './streams.repository.js';

export interface StreamRequest {
  readonly principal: Principal;
  readonly id: string;
  readonly asked: AskedCursor;
  readonly reply: FastifyReply;
}

/** Lets clients follow sessions. */
@Injectable()
export class StreamService {
  constructor(
    private readonly heads: LogHeads,
    private readonly gaps: Gaps,
    private readonly streams: OpenStreams,
    private readonly places: StreamPlaces,
    private readonly storms: StormControl,
    private readonly telemetry: StreamTelemetry,
    @Inject(RANDOM) private readonly random: Random,
  ) {}

  /**
   * Answers with a stream, or with 204 when the log has ended and there is nothing after the cursor.
   * @throws AppError not_found, invalid_cursor, forbidden, rate_limited, overloaded
   */
  async open({ principal, id, asked, reply }: StreamRequest): Promise<void> {
    // Node's HTTP keeps the connection until the request has been read to its end.
    reply.request.raw.resume();
    const sessionId = uuidOf(PREFIX.session, id);
    if (sessionId === undefined) throw new AppError('not_found');
    if (principal.ticket && principal.ticket.sessionId !== sessionId)
      throw new AppError('forbidden', { detail: 'The ticket is for the stream of another session.' });
    const key = { tenantId: principal.tenantId, sessionId };
    const cursor = readCursor(asked);
    const head = await this.heads.of(key);
    if (!head) throw new AppError('not_found');
    if (head.ended && continues(cursor, head) && cursor.sequence === head.lastSequence) {
      void reply.code(204).send();
      return;
    }
    const client = clientOf(principal, sessionId, reply);
    const waitSeconds = this.storms.connect(client, cursor.sequence);
    if (waitSeconds > 0) return this.sendAway(waitSeconds, principal, reply);
    await this.follow({ key, cursor, head, principal, client, reply });
  }

  /** Came back too soon, too often. @throws AppError rate_limited */
  private sendAway(seconds: number, { ticket }: Principal, reply: FastifyReply): void {
    this.telemetry.storm();
    if (!ticket)
      throw new AppError('rate_limited', {
        detail:
          'The stream was asked for too often, sooner than its `retry:` says. Wait as long as `Retry-After` says.',
        retryAfterMs: seconds * 1_000,
      });
    this.comeBack(seconds * 1_000, reply);
  }

  /** `EventSource` gives up on any status but 200, so a stream tells it to wait. */
  private comeBack(retryMs: number, reply: FastifyReply): void {
    this.connect(reply).end(retryFrame(retryMs));
  }

  /** @returns a function that gives the place back; undefined when none was free, and the client knows. @throws AppError */
  private place({ key, principal, reply }: Following): (() => void) | undefined {
    try {
      return this.places.take(key.tenantId);
    } catch (error) {
      if (!principal.ticket) throw error;
      this.comeBack(jittered(FULL_RETRY_MS, this.random), reply);
      return undefined;
    }
  }

  private async follow(following: Following): Promise<void> {
    const { key, cursor, head, principal, client, reply } = following;
    const leave = this.place(following);
    if (!leave) return;
    let gap: Gap | undefined;
    try {
      gap = continues(cursor, head) ? undefined : await this.gaps.unknown(key, { cursor, epoch: head.epoch });
    } catch (error) {
      leave();
      throw error;
    }
    const retryMs = jittered(RETRY_MS, this.random);
    const connection = this.connect(reply);
    connection.write(retryFrame(retryMs));
    this.streams.begin({ key, head, sequence: cursor.sequence, gap, principal, connection }, (ending) => {
      leave();
      if (isRemembered(ending, principal))
        this.storms.ended(client, cursor.sequence, retryMs, principal.ticket !== undefined);
    });
  }

  private connect(reply: FastifyReply): StreamConnection {
    return StreamConnection.open(reply, {
      ...Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)])),
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
  }
}

interface Following {
  readonly key: SessionKey;
  readonly cursor: Cursor;
  readonly head: LogHead;
  readonly principal: Principal;
  readonly client: string;
  readonly reply: FastifyReply;
}

/**
 * Whether the client should wait after such an end. It is not to blame for one that we caused. And where a key may stand for many
 * clients, several that each read a log to its end must not look like one that does so again and again.
 */
function isRemembered(ending: StreamEnding, { ticket, installId }: Principal): boolean {
  return ending === 'gone' || ending === 'slow' || (ending === 'complete' && (ticket ?? installId) !== undefined);
}

/** Names the client that connects: a ticket is one client's; behind a key there may be many, told apart by device or address. */
function clientOf({ keyId, installId, ticket }: Principal, sessionId: string, reply: FastifyReply): string {
  const who = ticket ? ticket.id : `${keyId} ${installId ?? ''} ${reply.request.ip}`;
  return `${sessionId} ${who}`;
}
