import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newUuid } from '../../../src/database/id.js';
import { runFolder } from '../database.js';
import { eventually } from '../faults.js';
import { uuidOfSession } from '../sessions.js';
import { answeredCalls, askedTooOften, faultsOf } from './audit.js';
import type { Fleet } from './fleet.js';
import { chargedSessions, outcomeOf, type SessionOutcome } from './outcome.js';

/** Longer than a lease (8 s), the start of a process and a whole session, on a machine that many share. */
const PATIENCE_MS = 60_000;

/** A way through a session: to its end, or with the worker sent away in the second round. */
export type Course = 'to the end' | 'sent away';

export interface Undisturbed {
  /** All durable writes, in order. */
  readonly writes: readonly string[];
  readonly outcome: SessionOutcome;
}

/** An undisturbed session, and what its worker has written. */
export async function undisturbed(fleet: Fleet, course: Course): Promise<Undisturbed> {
  const log = join(runFolder(), `writes-${newUuid()}`);
  const { id } = await fleet.session();
  const uuid = uuidOfSession(id);
  const worker = fleet.worker({ TEST_WRITES_LOG: log });
  if (course === 'sent away') {
    await sentAway(fleet, uuid, worker.process.kill.bind(worker.process));
    await worker.process.ended;
    fleet.worker();
  }
  await fleet.untilEnded(uuid, PATIENCE_MS);
  await Promise.all(fleet.apps.slice(1).map((app) => app.stop()));
  return { writes: readFileSync(log, 'utf8').trim().split('\n'), outcome: await outcomeOf(fleet, id) };
}

/** The points at which the enumeration kills: before and after every write. How often leases are renewed depends on the hour. */
export function pointsOf({ writes }: Undisturbed, course: Course): string[] {
  const counts = writes.filter((write) => {
    if (course === 'sent away') return write.startsWith('run-release');
    return !write.startsWith('run-renew') || write === 'run-renew 1';
  });
  return counts.flatMap((write) => [`${write} before`, `${write} after`]);
}

/** Kills the worker of a session at a point, lets another one take over, and tells what is wrong afterwards. */
export async function killedAt(fleet: Fleet, point: string, expected: SessionOutcome, course: Course = 'to the end') {
  try {
    return (await faultsAfter(fleet, point, expected, course)).map((fault) => `${point}: ${fault}`);
  } catch (error) {
    const said = fleet.apps.slice(1).map(({ process: { stdout, stderr } }) => stdout + stderr);
    return [`${point}: ${String(error)}\n${said.join('')}`];
  } finally {
    await Promise.all(fleet.apps.splice(1).map((app) => app.sweep()));
  }
}

async function faultsAfter(
  fleet: Fleet,
  point: string,
  expected: SessionOutcome,
  course: Course,
): Promise<readonly string[]> {
  const charged = await chargedSessions(fleet);
  const { id } = await fleet.session();
  const uuid = uuidOfSession(id);
  const victim = fleet.worker({ TEST_KILL_AT: point });
  if (course === 'sent away') await sentAway(fleet, uuid, victim.process.kill.bind(victim.process));
  await Promise.race([victim.process.ended, fleet.untilEnded(uuid, PATIENCE_MS)]);
  // The last write ends the session: the kill comes a moment after it.
  const died = await Promise.race([victim.process.ended, pause(1_000)]);
  const answered = await answeredCalls(fleet, uuid);
  const rescuer = fleet.worker();
  await fleet.untilEnded(uuid, PATIENCE_MS);
  const { code } = await rescuer.stop();
  const outcome = await outcomeOf(fleet, id);
  return [
    ...(died?.signal === 'SIGKILL' ? [] : ['the point was not reached']),
    ...(code === 0 || code === null ? [] : [`the second worker ended with ${code}`]),
    ...(await faultsOf(fleet, uuid)),
    ...askedTooOften(fleet, uuid, [answered]),
    ...((await chargedSessions(fleet)) === charged + 1 ? [] : ['it is not counted once']),
    ...(JSON.stringify(outcome) === JSON.stringify(expected) ? [] : [`another outcome: ${JSON.stringify(outcome)}`]),
  ];
}

function pause(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}

async function sentAway(fleet: Fleet, uuid: string, kill: (signal: NodeJS.Signals) => void): Promise<void> {
  const sql = `SELECT 1 FROM session_events WHERE session_id = $1 AND type = 'round_complete'`;
  await eventually(
    'the first round ends',
    PATIENCE_MS,
    async () => (await fleet.database.query(sql, [uuid])).length > 0,
  );
  kill('SIGTERM');
}
