import { Client } from 'pg';

const CHANNEL = 'bench_ended';

/** Runs once per session, in the commit that ends it: it is measured along with that, and costs next to nothing. */
const TELL = `
  CREATE FUNCTION bench_tell() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_notify('${CHANNEL}', concat_ws(' ', NEW.id, NEW.status, NEW.failure_code));
    RETURN NULL;
  END $$;
  CREATE TRIGGER bench_tell AFTER UPDATE OF status ON sessions FOR EACH ROW
    WHEN (NEW.status IN ('completed', 'failed', 'cancelled')) EXECUTE FUNCTION bench_tell()`;

/**
 * Learns from the database when sessions end, as soon as the end is committed. Polling would take more processor time than the
 * sessions do, and would be counted as theirs.
 */
export class SessionWatch {
  private readonly waiting = new Map<string, PromiseWithResolvers<void>>();
  /** Some sessions end before the benchmark knows their ids. */
  private readonly ended = new Map<string, string>();

  private constructor(private readonly client: Client) {
    client.on('notification', ({ payload = '' }) => this.hear(payload));
  }

  static async open(url: string): Promise<SessionWatch> {
    const client = new Client(url);
    await client.connect();
    await client.query(TELL);
    await client.query(`LISTEN ${CHANNEL}`);
    return new SessionWatch(client);
  }

  /** Resolves once the session has completed; to be asked once. @throws when it ends otherwise */
  completed(id: string): Promise<void> {
    const end = Promise.withResolvers<void>();
    this.waiting.set(id, end);
    this.settle(id);
    return end.promise;
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  private hear(payload: string): void {
    const [id = '', ...how] = payload.split(' ');
    this.ended.set(id, how.join(' '));
    this.settle(id);
  }

  private settle(id: string): void {
    const how = this.ended.get(id);
    const end = this.waiting.get(id);
    if (how === undefined || end === undefined) return;
    this.ended.delete(id);
    this.waiting.delete(id);
    if (how === 'completed') end.resolve();
    else end.reject(new Error(`a session is ${how}`));
  }
}
