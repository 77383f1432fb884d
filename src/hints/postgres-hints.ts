import type { Database, Statement } from '../database/database.js';
import type { DatabaseNotices } from '../database/notices.js';
import type { HintTransport } from './hint-transport.js';

const CHANNEL = 'holdfast_hints';

/** Hints may be lost, so their commit does not wait for the disk. */
const SEND: Statement = {
  name: 'hints-send',
  text: `SELECT pg_notify('${CHANNEL}', message), set_config('synchronous_commit', 'off', true) FROM unnest($1::text[]) AS message`,
};

/** Bytes; the payload of a NOTIFY must be shorter than 8,000. */
const LONGEST_MESSAGE = 7_900;

/**
 * Hints by NOTIFY, whose commit takes a lock of the whole server: never send them in the transaction of an append, and only
 * one batch at a time per process.
 */
export class PostgresHints implements HintTransport {
  readonly name = 'postgres';
  readonly longestMessage = LONGEST_MESSAGE;
  private end: () => void = () => {};

  constructor(
    private readonly database: Database,
    private readonly notices: DatabaseNotices,
  ) {}

  get broken(): boolean {
    return this.notices.broken;
  }

  get isAlone(): boolean {
    return this.notices.isAlone;
  }

  listen(onMessage: (text: string | undefined) => void): void {
    this.end = this.notices.subscribe(CHANNEL, onMessage);
  }

  async send(messages: readonly string[]): Promise<void> {
    await this.database.query(SEND, [messages], { signal: null });
  }

  close(): void {
    this.end();
  }
}
