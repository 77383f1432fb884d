import { isUuid, PREFIX, uuidOf } from '../../database/id.js';
import { decodeCursor, type Filters } from '../../http/page.js';
import { AppError, type FieldFault } from '../../reliability/errors/app-error.js';
import type { ActionFilter, ActionPlace } from './actions.repository.js';
import type { ActionsQuery } from './dto/actions.dto.js';

/** The largest `integer` that Postgres has. */
const LAST_POSITION = 2_147_483_647;

/** What a list of actions is asked for: `filter` for the database, `filters` for the cursor. */
export interface ActionsRequest {
  readonly filter: ActionFilter;
  readonly filters: Filters;
  readonly after: ActionPlace | undefined;
}

/** @throws AppError validation_error, invalid_cursor */
export function readActionsQuery({ session_id, project_id, status, cursor }: ActionsQuery): ActionsRequest {
  const faults: FieldFault[] = [];
  const sessionId = uuidIn(session_id, 'session', faults);
  const projectId = uuidIn(project_id, 'project', faults);
  if (faults.length > 0) throw new AppError('validation_error', { errors: faults });
  const filters = { list: 'actions', session_id, project_id, status };
  const filter = {
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(projectId === undefined ? {} : { projectId }),
    ...(status === undefined ? {} : { status }),
  };
  return { filter, filters, after: placeIn(cursor, filters) };
}

function uuidIn(id: string | undefined, kind: 'session' | 'project', faults: FieldFault[]): string | undefined {
  const uuid = id === undefined ? undefined : uuidOf(PREFIX[kind], id);
  if (id !== undefined && uuid === undefined)
    faults.push({ pointer: `/${kind}_id`, detail: `must be the id of a ${kind}: ${PREFIX[kind]}_…` });
  return uuid;
}

function placeIn(cursor: string | undefined, filters: Filters): ActionPlace | undefined {
  const place = decodeCursor(cursor, ['string', 'number', 'string'], filters);
  if (place === undefined) return undefined;
  const [sessionId, position, id] = place;
  if (!isUuid(sessionId) || !isUuid(id) || !isPosition(position)) throw new AppError('invalid_cursor');
  return { sessionId, position, id };
}

function isPosition(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LAST_POSITION;
}
