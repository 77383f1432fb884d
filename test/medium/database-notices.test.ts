import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseNotices } from '../../src/database/notices.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ManualClock } from '../support/kernel/manual-clock.js';
import { until } from '../support/until.js';

let database: TestDatabase;
let way: Way;
let clock: ManualClock;
let notices: DatabaseNotices;
let heard: (string | undefined)[];
beforeAll(async () => void (database = await createTestDatabase()));
beforeEach(async () => {
  way = await Way.to(database.url);
  clock = new ManualClock();
  notices = new DatabaseNotices({ url: way.url, clock, random: () => 0.5 });
  heard = [];
});
afterEach(async () => {
  notices.onApplicationShutdown();
  await way.close();
});
afterAll(() => database.drop());

/** The network between: frozen, it carries nothing and closes nothing. */
class Way {
  private readonly sockets = new Set<Socket>();
  private carried = 0;
  private frozen = false;
  private held: { readonly to: Socket; readonly data: Buffer }[] | undefined;
  private readonly server: Server;

  private constructor(private readonly target: URL) {
    this.server = createServer((client) => {
      const upstream = connect(Number(target.port), target.hostname);
      for (const [from, to] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        this.sockets.add(from);
        from.on('error', () => {});
        from.on('close', () => to.destroy());
        from.on('data', (data: Buffer) => {
          if (this.frozen) return;
          this.carried += 1;
          if (this.held && to === client) this.held.push({ to, data });
          else to.write(data);
        });
      }
    });
  }

  static async to(url: string): Promise<Way> {
    const made = new Way(new URL(url));
    made.server.listen(0, '127.0.0.1');
    await once(made.server, 'listening');
    return made;
  }

  get url(): string {
    const url = new URL(this.target);
    url.port = String((this.server.address() as AddressInfo).port);
    url.hostname = '127.0.0.1';
    return url.href;
  }

  /** Pieces that were carried, either way. */
  get pieces(): number {
    return this.carried;
  }

  freeze(): void {
    this.frozen = true;
  }

  /** For connections made from now on: what was lost in between is lost. */
  thaw(): void {
    this.frozen = false;
  }

  /** Keeps what the server says, until it is let go in one piece. */
  hold(): void {
    this.held = [];
  }

  get piecesHeld(): number {
    return this.held?.length ?? 0;
  }

  letGo(): void {
    const held = this.held ?? [];
    this.held = undefined;
    held[0]?.to.write(Buffer.concat(held.map(({ data }) => data)));
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}

async function listening(): Promise<void> {
  notices.subscribe('something', (payload) => heard.push(payload));
  await until(() => heard.length === 1);
}

describe('the connection that listens', () => {
  it('is made again when it has died without a word: it is tried every 10 seconds, and answers within 5', async () => {
    await listening();
    way.freeze();
    await clock.advance(10_000);
    await clock.advance(4_999);
    expect(notices.broken).toBe(false);
    await clock.advance(1);
    expect(notices.broken).toBe(true);
    way.thaw();
    await clock.advance(50);
    await until(() => heard.length === 2);
    expect(notices.broken).toBe(false);
    await database.query(`SELECT pg_notify('something', 'new')`);
    await until(() => heard.length === 3);
    expect(heard).toEqual([undefined, undefined, 'new']);
  });

  it('is kept for as long as it answers', async () => {
    await listening();
    for (let beat = 0; beat < 3; beat++) {
      const before = way.pieces;
      await clock.advance(10_000);
      await until(() => way.pieces >= before + 2 && clock.pending === 1);
    }
    expect(notices.broken).toBe(false);
    expect(heard).toEqual([undefined]);
  });

  it('leaves nothing to be waited for when it is closed', async () => {
    await listening();
    expect(clock.pending).toBe(1);
    notices.onApplicationShutdown();
    expect(clock.pending).toBe(0);
  });

  it('is made again when it does not answer a LISTEN', async () => {
    await listening();
    way.freeze();
    notices.subscribe('something else', (payload) => heard.push(payload));
    await clock.advance(5_000);
    expect(notices.broken).toBe(true);
    way.thaw();
    await clock.advance(50);
    await until(() => heard.length === 3);
    expect(heard).toEqual([undefined, undefined, undefined]);
  });
});

describe('who is alone', () => {
  const others: DatabaseNotices[] = [];
  afterEach(() => others.splice(0).forEach((other) => other.onApplicationShutdown()));

  async function another(url = database.url): Promise<DatabaseNotices> {
    const other = new DatabaseNotices({ url, clock: new ManualClock(), random: () => 0.5 });
    others.push(other);
    let told = false;
    other.subscribe('something', () => (told = true));
    await until(() => told);
    return other;
  }

  it('knows it, from the moment in which it listens; nobody knows it before', async () => {
    expect(notices.isAlone).toBe(false);
    await listening();
    expect(notices.isAlone).toBe(true);
  });

  it('meets whoever begins to listen at once, and notices with the next heartbeat that nobody is left', async () => {
    await listening();
    const other = await another();
    expect(other.isAlone).toBe(false);
    await until(() => !notices.isAlone);
    await clock.advance(10_000);
    await until(() => clock.pending === 1);
    expect(notices.isAlone).toBe(false);
    other.onApplicationShutdown();
    await until(async () => (await database.query(LISTENING)).length === 1);
    await clock.advance(10_000);
    await until(() => notices.isAlone);
  });

  it('has met whoever came while it looked around, whom it may not have seen', async () => {
    await listening();
    way.hold();
    await clock.advance(10_000);
    await until(() => way.piecesHeld === 1);
    await another();
    await until(() => way.piecesHeld === 2);
    const before = way.pieces;
    way.letGo();
    // It takes one question at a time.
    notices.subscribe('something else', () => {});
    await until(() => way.pieces === before + 2);
    expect(notices.isAlone).toBe(false);
  });

  it('is not sure of it while the connection is broken', async () => {
    await listening();
    way.freeze();
    await clock.advance(15_000);
    expect([notices.broken, notices.isAlone]).toEqual([true, false]);
    way.thaw();
    await clock.advance(50);
    // The server has not noticed yet that the one before has gone.
    await until(() => heard.length === 2);
    await until(async () => (await database.query(LISTENING)).length === 1);
    await clock.advance(10_000);
    await until(() => notices.isAlone);
  });

  it('counts those as well to whose connections a URL gives another name, as it does to its own', async () => {
    const named = await another(`${database.url}?application_name=mine`);
    expect(named.isAlone).toBe(true);
    await listening();
    expect(notices.isAlone).toBe(false);
    await until(() => !named.isAlone);
    await clock.advance(10_000);
    await until(() => clock.pending === 1);
    expect(notices.isAlone).toBe(false);
  });
});

const LISTENING = `SELECT FROM pg_stat_activity WHERE application_name = 'holdfast-notices' AND datname = current_database()`;
