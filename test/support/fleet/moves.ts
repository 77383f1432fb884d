import type { Fleet, FleetDatabase } from './fleet.js';

/** Has the database note each change of a run's state. */
export async function recordMoves(database: FleetDatabase): Promise<void> {
  // A schema apart: the application objects to foreign objects in its own.
  await database.query('CREATE SCHEMA fleet');
  await database.query('CREATE TABLE fleet.run_moves (session uuid, state text, at timestamptz)');
  await database.query(`
    CREATE FUNCTION fleet.note_move() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = fleet AS $$
    BEGIN
      INSERT INTO run_moves VALUES (NEW.session_id, NEW.state, clock_timestamp());
      RETURN NULL;
    END $$`);
  await database.query(`CREATE TRIGGER note_move AFTER UPDATE ON system.runs FOR EACH ROW
                 WHEN (OLD.state <> NEW.state OR OLD.worker <> NEW.worker) EXECUTE FUNCTION fleet.note_move()`);
}

/** When a run went back into the line for the first time, milliseconds since the Unix epoch, by the database's clock: ours. */
export async function releasedAt({ database }: Fleet, uuid: string): Promise<number> {
  const [row] = await database.query<{ atMs: number | null }>(
    `SELECT extract(epoch FROM min(at))::float8 * 1000 AS "atMs" FROM fleet.run_moves WHERE session = $1 AND state = 'queued'`,
    [uuid],
  );
  return row?.atMs ?? Infinity;
}

/** When the first event after a moment was written, milliseconds since that moment; undefined when there is none. */
export async function nextEventAfter({ database }: Fleet, uuid: string, epochMs: number): Promise<number | undefined> {
  if (!Number.isFinite(epochMs)) return undefined;
  const sql = `SELECT min(created_at) AS at FROM session_events WHERE session_id = $1 AND created_at > $2`;
  const [row] = await database.query<{ at: Date | null }>(sql, [uuid, new Date(epochMs)]);
  return row?.at ? row.at.getTime() - epochMs : undefined;
}
