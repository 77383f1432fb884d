import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Fleet } from '../support/fleet/fleet.js';
import { Gate } from '../support/fleet/gate.js';
import { loggedLines } from '../support/logged-lines.js';
import { FaultProxy } from '../support/stream/fault-proxy.js';
import { Received } from '../support/stream/received.js';
import { uuidOfSession } from '../support/sessions.js';
import { until } from '../support/until.js';

let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.start();
  await fleet.readyWorker();
});
afterAll(() => fleet.close());

async function loggedTexts(id: string): Promise<string[]> {
  return (await fleet.database.query<{ data: string }>(...loggedLines(uuidOfSession(id)))).map(({ data }) => data);
}

describe('the replica that serves a stream', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'goes by %s: the client goes on at another one, within 3 s of a kill, and has everything once',
    async (signal) => {
      const replicas = [await fleet.replica(), await fleet.replica()];
      const [victim] = replicas;
      let turn = 0;
      const proxy = await FaultProxy.start(() => replicas[turn]?.port ?? 0);
      try {
        const gate = new Gate(fleet.provider, /^round-2/);
        const { id } = await fleet.session();
        const pauses: number[] = [];
        const onReconnect = ({ delayMs }: { delayMs: number }) => pauses.push(delayMs);
        const received = new Received(id, { baseUrl: proxy.url, onReconnect });
        // Both seats are being asked: nothing more is logged before they answer.
        await until(() => gate.waiting === 2);
        await received.count((await loggedTexts(id)).length);
        expect(proxy.faults).toHaveLength(1);
        turn = 1;
        const killedAtMs = performance.now();
        const ended = victim?.app.stop(signal);
        await until(() => received.connectedAfter(killedAtMs) < Infinity);
        gate.open();
        await received.ended;
        await ended;
        expect(received.texts).toEqual(await loggedTexts(id));
        expect(received.isVerified).toBe(true);
        const gapMs = received.connectedAfter(killedAtMs);
        process.stdout.write(
          `${signal} to the next connection: ${Math.round(gapMs)} ms, pauses ${pauses.map(Math.round).join()}\n`,
        );
        // Of a drain the server says itself when to come back: within 10 s.
        expect(gapMs).toBeLessThan(signal === 'SIGKILL' ? 3_000 : 12_000);
      } finally {
        await proxy.close();
        for (const { app } of replicas) await app.sweep();
      }
    },
  );
});
