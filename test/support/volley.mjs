// A process of its own that sends requests and times them: `fork` it, and send { baseUrl, key, shots }; it answers with an outcome
// for each shot, as a Caller has it. Jest's process stands still for half a second when it collects its garbage, and would take that for
// the server's time.
import { Client } from 'undici';
import { ownMs } from './own-time.ts';

process.on('message', (volley) => void fire(volley));

async function fire({ baseUrl, key, shots }) {
  process.send?.(await Promise.all(shots.map((shot) => send(baseUrl, key, shot))));
}

async function send(baseUrl, key, { path, body, headers }) {
  const client = new Client(baseUrl, { headersTimeout: 60_000, bodyTimeout: 60_000 });
  const started = ownMs();
  try {
    const answer = await client.request({
      method: body === undefined ? 'GET' : 'POST',
      path,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    const elapsedMs = ownMs() - started;
    return { status: answer.statusCode, headers: answer.headers, text, elapsedMs };
  } catch (error) {
    return { headers: {}, text: '', error: String(error?.code ?? error), elapsedMs: ownMs() - started };
  } finally {
    await client.close();
  }
}
