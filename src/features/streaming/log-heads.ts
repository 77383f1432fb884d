import { Injectable } from '@nestjs/common';
import type { SessionKey } from '../../journal/session-write.js';
import { outsideContext } from '../../reliability/context/request-context.js';
import { StreamsRepository, type LogHead } from './streams.repository.js';

/** Look-ups that one statement answers at most. */
const MOST_AT_ONCE = 1_000;

interface Asked extends SessionKey {
  readonly answer: PromiseWithResolvers<LogHead | undefined>;
}

/**
 * Where logs stand, for clients that connect. Look-ups that come while a statement is under way share the next one, so that a
 * thousand clients that come back at once cost a few statements. An answer is never older than its look-up: a client's cursor
 * must not seem to come from the future.
 */
@Injectable()
export class LogHeads {
  private waiting: Asked[] = [];
  private reading = false;

  constructor(private readonly repository: StreamsRepository) {}

  /** Undefined when the tenant has no such session. @throws AppError */
  of({ tenantId, sessionId }: SessionKey): Promise<LogHead | undefined> {
    const answer = Promise.withResolvers<LogHead | undefined>();
    this.waiting.push({ tenantId, sessionId, answer });
    if (!this.reading) void outsideContext(() => this.readAll());
    return answer.promise;
  }

  private async readAll(): Promise<void> {
    this.reading = true;
    while (this.waiting.length > 0) await this.read(this.waiting.splice(0, MOST_AT_ONCE));
    this.reading = false;
  }

  private async read(asked: readonly Asked[]): Promise<void> {
    try {
      const heads = await this.repository.heads(asked);
      for (const [index, { answer }] of asked.entries()) answer.resolve(heads[index]);
    } catch (error) {
      for (const { answer } of asked) answer.reject(error);
    }
  }
}
