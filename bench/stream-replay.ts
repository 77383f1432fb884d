import { Client } from 'pg';
import { uuidOf } from '../src/database/id.js';
import { compare, print } from './support/figures.js';
import { removeFolder, temporaryFolder } from './support/server.js';
import { StreamCrowd } from './support/stream-crowd.js';
import { startStreamServer } from './support/stream-sessions.js';
import { undoneOnFailure } from './support/undo.js';

/**
 * A log of 10,000 events replayed to one client, in events per second, over the rows per second of a bare cursor on the same
 * rows. Each run has a session of its own, so that nothing is cached. `npm run bench -- stream-replay EVENTS RUNS`
 */
const EVENTS = Number(process.argv[2] ?? 10_000);
const RUNS = Number(process.argv[3] ?? 9);
/** Rows that the cursor fetches at once. */
const FETCH = 128;
/** As long as what a seat says. */
const TEXT = 'What is worth doing is worth doing so that it can be done again, after anything. '.repeat(6);

const folder = await temporaryFolder();
try {
  await undoneOnFailure(async (undo) => {
    const server = await startStreamServer(folder);
    undo.add(() => server.stop());
    const reader = new Client(server.databaseUrl);
    await reader.connect();
    undo.add(() => reader.end());
    const logs: string[] = [];
    for (let run = 0; run < RUNS + 1; run++) logs.push(await fill(await server.paused()));
    await server.sql.query('VACUUM ANALYZE session_events');
    const next = { bare: logs.values(), stream: logs.values() };
    const bare = async () => EVENTS / (await timed(() => cursorOver(next.bare.next().value ?? '')));
    const stream = async () => EVENTS / (await timed(() => replay(next.stream.next().value ?? '')));
    for (const one of [bare, stream]) await one();
    const figures = await compare(RUNS, bare, stream);
    print({ name: 'stream-replay', ...figures, unit: 'events per second', events: EVENTS, runs: RUNS });
    await undo.run();

    async function fill(id: string): Promise<string> {
      await server.sql.query(
        `INSERT INTO session_events (tenant_id, session_id, created_at, sequence, event_version, type, data)
         SELECT s.tenant_id, s.id, now(), n, 1, 'contribution',
                json_build_object('round', 1, 'seat', 'seat-1', 'text', $2::text)::text
           FROM sessions s, generate_series(1, $3::integer) AS n WHERE s.id = $1`,
        [uuidOf('ses', id), TEXT, EVENTS],
      );
      await server.sql.query('UPDATE sessions SET last_sequence = $2 WHERE id = $1', [uuidOf('ses', id), EVENTS]);
      return id;
    }

    async function cursorOver(id: string): Promise<void> {
      await reader.query('BEGIN');
      await reader.query({
        text: `DECLARE replay CURSOR FOR SELECT sequence, type, data FROM session_events
                WHERE tenant_id = (SELECT tenant_id FROM sessions WHERE id = $1) AND session_id = $1 ORDER BY sequence`,
        values: [uuidOf('ses', id)],
      });
      let rows = 0;
      for (;;) {
        const { rows: some } = await reader.query(`FETCH ${FETCH} FROM replay`);
        rows += some.length;
        if (some.length < FETCH) break;
      }
      await reader.query('COMMIT');
      if (rows !== EVENTS) throw new Error(`the cursor gave ${rows} rows`);
    }

    async function replay(id: string): Promise<void> {
      const headers = { authorization: `Bearer ${server.key}` };
      const mark = `"sequence":${EVENTS},`;
      const done = Promise.withResolvers<void>();
      const crowd = new StreamCrowd();
      let tail = '';
      crowd.listen((chunk) => {
        tail = tail.slice(-64) + chunk.toString('latin1');
        if (tail.includes(mark)) done.resolve();
      });
      await crowd.grow({ port: server.port, path: `/v1/sessions/${id}/stream`, headers, size: 1 });
      await done.promise;
      crowd.close();
    }
  });
} finally {
  await removeFolder(folder);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return (performance.now() - startMs) / 1_000;
}
