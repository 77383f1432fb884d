// What Callers (callers.ts) starts: each caller sends one request after the other over its connection, until one is not served.
import { Client } from 'undici';

const { baseUrl, key, callers } = JSON.parse(process.argv[2]);
const told = 100;
const refused = [];
let served = 0;

async function send(client, { path, body }) {
  try {
    const headers = { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) };
    const method = body ? 'POST' : 'GET';
    const answer = await client.request({ method, path, headers, body: body && JSON.stringify(body) });
    return { status: answer.statusCode, text: await answer.body.text() };
  } catch (error) {
    return { text: '', error: error.code ?? String(error) };
  }
}

function shot(caller, turn) {
  if (turn % 4 === 3) return { path: '/v1/usage' };
  const body = { install_id: `install-${caller}`, feature: 'breakdown', local_count: turn };
  return { path: '/v1/usage/reconcile', body };
}

async function call(caller) {
  const client = new Client(baseUrl, { pipelining: 1 });
  for (let turn = 0; ; turn++) {
    const outcome = await send(client, shot(caller, turn));
    if (outcome.status !== 200) {
      refused.push(outcome);
      break;
    }
    served += 1;
    if (served % told === 0) process.send({ served });
  }
  await client.destroy();
}

process.once('disconnect', () => process.exit());
await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
process.send({ served, refused }, () => process.exit());
