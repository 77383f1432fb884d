// Preloaded into a process with `node --import`: kills it around the commit that makes a session, as TEST_KILL_CREATION says:
// `before` nothing of it has left the process, `during` it has been sent, `after` the database has answered.
import pg from 'pg';

const { TEST_KILL_CREATION: when } = process.env;

/** Whatever makes the row: a statement of its own, or one in a transaction. */
const CREATION =
  /INSERT INTO\s+("?public"?\.)?"?sessions"?\s*\(|\b(session_create|session_begin|create_session)\w*\s*\(/i;

/** Clients in a transaction, and whether that makes a session. */
const open = new WeakMap();

function isTheCommit(client, text) {
  if (/^(START TRANSACTION|BEGIN)/i.test(text)) open.set(client, { creates: false });
  const transaction = open.get(client);
  if (transaction) transaction.creates ||= CREATION.test(text);
  if (/^(COMMIT|ROLLBACK)/i.test(text)) open.delete(client);
  return transaction ? transaction.creates && /^COMMIT/i.test(text) : CREATION.test(text);
}

const die = () => process.kill(process.pid, 'SIGKILL');
const { prototype } = pg.Client;
const query = Reflect.get(prototype, 'query');

prototype.query = function observed(statement, ...rest) {
  const text = typeof statement === 'string' ? statement : (statement?.text ?? '');
  if (!isTheCommit(this, text)) return query.call(this, statement, ...rest);
  if (when === 'before') die();
  const answered = query.call(this, statement, ...rest);
  if (when === 'during') setImmediate(die);
  if (when === 'after') answered.then(die, die);
  return answered;
};
