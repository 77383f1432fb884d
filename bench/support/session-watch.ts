import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

const POLL = `SELECT id, status, failure_code FROM sessions
               WHERE tenant_id = $1 AND id = ANY ($2) AND status IN ('completed', 'failed', 'cancelled')`;

/** Learns from the database, at next to no cost to anybody, when sessions end. */
export class SessionWatch {
  private readonly waiting = new Map<string, PromiseWithResolvers<void>>();
  private looking: Promise<void> = Promise.resolve();

  private constructor(
    private readonly client: Client,
    private readonly tenantId: string,
    private readonly everyMs: number,
  ) {}

  static async open(url: string, tenantId: string, everyMs: number): Promise<SessionWatch> {
    const client = new Client(url);
    await client.connect();
    return new SessionWatch(client, tenantId, everyMs);
  }

  /** Resolves once the session has completed. @throws when it ends otherwise */
  completed(id: string): Promise<void> {
    const end = Promise.withResolvers<void>();
    this.waiting.set(id, end);
    if (this.waiting.size === 1) this.looking = this.looking.then(() => this.look());
    return end.promise;
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  private async look(): Promise<void> {
    while (this.waiting.size > 0) {
      const values = [this.tenantId, [...this.waiting.keys()]];
      const { rows } = await this.client.query<{ id: string; status: string; failure_code: string | null }>({
        name: 'poll',
        text: POLL,
        values,
      });
      for (const { id, status, failure_code } of rows) {
        const end = this.waiting.get(id);
        this.waiting.delete(id);
        if (status === 'completed') end?.resolve();
        else end?.reject(new Error(`a session is ${status}: ${failure_code}`));
      }
      if (this.waiting.size > 0) await sleep(this.everyMs);
    }
  }
}
