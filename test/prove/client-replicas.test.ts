import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { Fleet } from '../support/fleet/fleet.js';
import { uuidOfSession } from '../support/sessions.js';
import { loggedLines } from '../support/logged-lines.js';
import { FaultProxy } from '../support/stream/fault-proxy.js';
import { Received } from '../support/stream/received.js';

const KILLS = 10;
const SESSIONS = 6;
/** A session takes eight calls one after the other: it is under way when its replica is killed. */
const LATENCY_MS = 600;
const BEFORE_THE_KILL_MS = 1_500;

let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.start({ latencyMs: LATENCY_MS });
  await fleet.readyWorker();
}, 120_000);
afterAll(() => fleet.close());

async function loggedTexts(id: string): Promise<string[]> {
  return (await fleet.database.query<{ data: string }>(...loggedLines(uuidOfSession(id)))).map(({ data }) => data);
}

test(`replicas are killed ${KILLS} times: every client goes on at another one within 3 s, and has everything once`, async () => {
  let serving = await fleet.replica();
  const proxy = await FaultProxy.start(() => serving.port);
  const gaps: number[] = [];
  try {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const next = await fleet.replica();
      const sessions = await Promise.all(Array.from({ length: SESSIONS }, () => fleet.session()));
      const clients = sessions.map(({ id }) => ({ id, received: new Received(id, { baseUrl: proxy.url }) }));
      await pause(BEFORE_THE_KILL_MS);
      const victim = serving;
      serving = next;
      const killedAtMs = performance.now();
      await victim.app.stop('SIGKILL');
      await Promise.all(clients.map(({ received }) => received.ended));
      for (const { id, received } of clients) {
        expect(received.texts).toEqual(await loggedTexts(id));
        expect(received.isVerified).toBe(true);
        gaps.push(received.connectedAfter(killedAtMs));
      }
    }
    const sorted = gaps.map(Math.round).toSorted((one, other) => one - other);
    process.stdout.write(`kill -9 to the next connection, ms: ${sorted.join(' ')}\n`);
    expect(Math.max(...gaps)).toBeLessThan(3_000);
  } finally {
    await proxy.close();
  }
});
