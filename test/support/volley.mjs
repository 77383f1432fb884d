// A process of its own that sends requests and times them: `fork` it, and send { baseUrl, key, shots }; it answers with an
// outcome for each shot, as a Caller has it. Jest's process stands still for half a second when it collects garbage, and would
// count that as the server's time.
import { Client } from 'undici';
import { ownMs } from './own-time.ts';
import { fire } from './shot.ts';

process.on('message', (volley) => void answer(volley));

async function answer({ baseUrl, key, shots }) {
  const client = () => new Client(baseUrl, { headersTimeout: 60_000, bodyTimeout: 60_000 });
  process.send?.(await Promise.all(shots.map((shot) => sendBy(client(), key, shot))));
}

async function sendBy(client, key, shot) {
  try {
    return await fire(client, key, shot, ownMs);
  } finally {
    await client.close();
  }
}
