// Preloaded into a worker with `node --import`: notes what it writes durably, in TEST_WRITES_LOG, and sends it TEST_KILL_WITH
// (SIGKILL) at the point TEST_KILL_AT: `<write> before`, when nothing of the write has left the process, or `<write> after`,
// when the database has answered and the application does not know it yet. A write that several answers share has the names of
// all of them: which ones meet differs from time to time.
import { appendFileSync } from 'node:fs';
import pg from 'pg';

const { TEST_WRITES_LOG: log, TEST_KILL_AT: killAt, TEST_KILL_WITH: signal = 'SIGKILL' } = process.env;
const COUNTED = new Set(['run-claim', 'run-renew', 'run-release']);
/** Events that come without an answer, in a write of their own. */
const ALONE = new Set(['session_started', 'seat_absent', 'paused', 'complete', 'error', 'cancelled']);

const counts = new Map();
const open = new WeakMap();

/** What a statement is called, by the number of each write in it; empty when it belongs to no durable write. */
function namesOf(client, { name, text, values }) {
  // What a start writes is none of this: the first claim comes after it.
  if (/^(START TRANSACTION|BEGIN)/i.test(text) && counts.has('run-claim'))
    open.set(client, { number: next('transaction'), statements: 0 });
  const transaction = open.get(client);
  if (transaction) {
    if (/^(COMMIT|ROLLBACK)/i.test(text)) open.delete(client);
    transaction.statements += 1;
    return [{ n: 0, name: `transaction ${transaction.number}.${transaction.statements} ${beginningOf(text)}` }];
  }
  if (name === 'session-append') return JSON.parse(values[1]).flatMap(nameOfEvent);
  return COUNTED.has(name) ? [{ n: 0, name: `${name} ${next(name)}` }] : [];
}

function nameOfEvent({ n, type, call_key: key }) {
  const what = key ?? (ALONE.has(type) ? type : undefined);
  return what === undefined ? [] : [{ n, name: `session-append ${what}` }];
}

function next(what) {
  counts.set(what, (counts.get(what) ?? 0) + 1);
  return counts.get(what);
}

function beginningOf(text) {
  return text.replaceAll(/\s+/g, ' ').trim().split(/ ?\(/, 1)[0].slice(0, 60);
}

function reach(names, moment) {
  if (names.some(({ name }) => `${name} ${moment}` === killAt)) process.kill(process.pid, signal);
}

/** A claim that found nothing and a renewal of nothing have written nothing; a refused append says why. */
function note(names, { rowCount, rows }) {
  if (log === undefined) return;
  for (const { n, name } of names) {
    if (rowCount === 0 && !name.startsWith('transaction')) continue;
    const outcome = rows.find((row) => row.n === n)?.outcome ?? 'appended';
    appendFileSync(log, outcome === 'appended' ? `${name}\n` : `${name} ${outcome}\n`);
  }
}

const { prototype } = pg.Client;
const query = Reflect.get(prototype, 'query');

prototype.query = function observed(statement, ...rest) {
  const isCallback = typeof rest.at(-1) === 'function' || typeof statement?.submit === 'function';
  const names = isCallback
    ? []
    : namesOf(this, typeof statement === 'string' ? { text: statement } : { text: '', ...statement });
  if (names.length === 0) return query.call(this, statement, ...rest);
  reach(names, 'before');
  return query.call(this, statement, ...rest).then((answer) => {
    note(names, answer);
    reach(names, 'after');
    return answer;
  });
};
