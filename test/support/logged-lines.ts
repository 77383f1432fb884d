import { publicId } from '../../src/database/id.js';

/** The log of a session as the stream sends it, put together by the database itself from what it has stored. */
const LINES = `
  SELECT sequence, type,
         '{"event_type":' || to_json(type) || ',"session_id":"' || $2 || '","sequence":' || sequence || ',"timestamp":"' ||
           to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","event_version":' || event_version ||
           ',"data":' || data || '}' AS data
    FROM session_events WHERE session_id = $1 ORDER BY sequence`;

/** The arguments of a query for {@link LINES}. */
export function loggedLines(uuid: string): [text: string, values: unknown[]] {
  return [LINES, [uuid, publicId('ses', uuid)]];
}
