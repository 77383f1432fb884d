import { Client } from 'pg';
import { median, note, print, rounded } from './support/figures.js';
import { startSessions } from './support/sessions.js';

/**
 * Bytes that a session of six rounds and five seats takes in the database, with every index and all other rows that it brings,
 * over the bytes of its transcript: its goal and the data of its events, without their envelopes.
 */
const RUNS = 3;
const SESSIONS = 50;
const IN_FLIGHT = 10;

const COUNCIL = { seats: 5, max_rounds: 6, agreed: false };

const SIZES = `
  SELECT n.nspname || '.' || c.relname AS name, pg_total_relation_size(c.oid)::float8 AS bytes
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')`;

const TRANSCRIPT = `
  SELECT sum(octet_length(e.data))::float8 AS bytes, count(*)::float8 AS events
    FROM session_events e WHERE e.session_id = ANY ($1)`;

const GOALS = `SELECT sum(octet_length(goal))::float8 AS bytes FROM sessions WHERE id = ANY ($1)`;

const sessions = await startSessions({ council: COUNCIL, maxConcurrency: 64 });
const database = new Client(sessions.databaseUrl);
try {
  await database.connect();
  // The first rows of a table take a whole page.
  await complete(SESSIONS);
  const runs: { stored: number; transcript: number; events: number; tables: Map<string, number> }[] = [];
  for (let run = 1; run <= RUNS; run++) {
    const before = await sizes();
    const ids = await complete(SESSIONS);
    const after = await sizes();
    const tables = new Map([...after].map(([name, bytes]) => [name, (bytes - (before.get(name) ?? 0)) / SESSIONS]));
    const stored = [...tables.values()].reduce((total, bytes) => total + bytes, 0);
    const [said, goals] = [await sum(TRANSCRIPT, ids), await sum(GOALS, ids)];
    const transcript = (said.bytes + goals.bytes) / SESSIONS;
    runs.push({ stored, transcript, events: (said.events ?? 0) / SESSIONS, tables });
    note(`run ${run}: ${rounded(stored, 0)} bytes stored, transcript ${rounded(transcript, 0)}`);
  }
  const last = runs.at(-1);
  print({
    name: 'session-storage',
    ratio: rounded(median(runs.map(({ stored, transcript }) => stored / transcript))),
    baseline: rounded(median(runs.map(({ transcript }) => transcript)), 0),
    measured: rounded(median(runs.map(({ stored }) => stored)), 0),
    unit: 'bytes per session over bytes of its transcript',
    runs: RUNS,
    sessions: SESSIONS,
    events: last?.events,
    tables: Object.fromEntries(
      [...(last?.tables ?? [])].filter(([, bytes]) => bytes > 0).map(([name, bytes]) => [name, rounded(bytes, 0)]),
    ),
  });
} finally {
  await database.end();
  await sessions.stop();
}

async function complete(count: number): Promise<string[]> {
  const ids: string[] = [];
  const oneAfterAnother = async (): Promise<void> => {
    while (ids.length < count) {
      const place = ids.push('') - 1;
      const id = await sessions.create();
      ids[place] = id;
      await sessions.completed(id);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, oneAfterAnother));
  return ids;
}

async function sizes(): Promise<Map<string, number>> {
  const { rows } = await database.query<{ name: string; bytes: number }>(SIZES);
  return new Map(rows.map(({ name, bytes }) => [name, bytes]));
}

async function sum(text: string, ids: readonly string[]): Promise<{ bytes: number; events?: number }> {
  const { rows } = await database.query<{ bytes: number; events?: number }>(text, [ids]);
  return rows[0] ?? { bytes: Number.NaN };
}
