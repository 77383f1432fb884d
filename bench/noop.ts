import { compare, note, print } from './support/figures.js';
import { httpRequest, loadHttp, type LoadResult } from './support/http-load.js';
import { removeFolder, startProgram, startServer, temporaryFolder } from './support/server.js';

/** Requests per second of an authenticated route through the whole kernel, over those of a bare Fastify route. */
const RUNS = 7;
const DURATION_MS = 3_000;
const CONNECTIONS = 64;

const folder = await temporaryFolder();
const server = await startServer(folder);
const bare = await startProgram('bare-fastify.js', folder);
try {
  const load = async (port: number, request: string): Promise<number> => {
    const result: LoadResult = await loadHttp({
      port,
      connections: CONNECTIONS,
      durationMs: DURATION_MS,
      request: () => request,
    });
    if (result.failed > 0) throw new Error(`${result.failed} requests failed`);
    return result.perSecond;
  };
  const headers = { authorization: `Bearer ${server.key}` };
  const noop = () => load(server.port, httpRequest('GET', '/v1/me', headers));
  const baseline = () => load(bare.port, httpRequest('GET', '/', headers));
  note('warming up');
  await baseline();
  await noop();
  const figures = await compare(RUNS, baseline, noop);
  print({ name: 'noop', ...figures, unit: 'requests/s', runs: RUNS });
} finally {
  await bare.stop();
  await server.stop();
  await removeFolder(folder);
}
