import type { DataSource } from 'typeorm';
import { EXIT, StartupFault } from '../config/startup-fault.js';
import { SEARCH_PATH } from './connection-options.js';

/**
 * Refuses to serve where Postgres would look names up in another schema first. Direct connections set the search_path themselves;
 * behind a pooler it is that of the role in the URL.
 * @throws StartupFault
 */
export async function assertOwnSchemaIsFirst(app: DataSource): Promise<void> {
  const [first] = await app.query<{ name: string | null; login: string }[]>(
    `SELECT (current_schemas(false))[1] AS name, quote_ident(session_user) AS login`,
  );
  if (first?.name === SEARCH_PATH) return;
  throw new StartupFault(
    `The search_path ${first?.name == null ? 'names no schema that exists' : `begins with schema "${first.name}"`}, and must begin with "${SEARCH_PATH}". ` +
      `Set it: ALTER ROLE ${first?.login ?? '<login>'} SET search_path = ${SEARCH_PATH}.`,
    EXIT.config,
  );
}
