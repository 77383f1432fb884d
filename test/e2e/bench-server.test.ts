import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { removeFolder, startServer, temporaryFolder } from '../../bench/support/server.js';

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => removeFolder(folder));

it('benchmarks measure what `npm start` starts', async () => {
  const server = await startServer(folder);
  try {
    const answer = await fetch(`http://127.0.0.1:${server.port}/v1/me`, {
      headers: { authorization: `Bearer ${server.key}` },
    });
    expect(answer.status).toBe(200);
  } finally {
    await server.stop();
  }
});
