import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadPeer, stepsFrom, type Engine } from './durable-steps.js';

/** The part of the package that is used. */
interface DbosSdk {
  readonly DBOS: {
    setConfig(config: Record<string, unknown>): void;
    registerWorkflow<R>(work: () => Promise<R>, options: { name: string }): () => Promise<R>;
    runStep<R>(step: () => Promise<R>, options: { name: string }): Promise<R>;
    launch(): Promise<void>;
    shutdown(): Promise<void>;
  };
}

const POOL_SIZE = 20;

const [room = '', databaseUrl = '', requestsFile = '', providerPort = ''] = process.argv.slice(2);
const { DBOS } = loadPeer(room, '@dbos-inc/dbos-sdk') as DbosSdk;
const steps = stepsFrom(requestsFile, Number(providerPort));
DBOS.setConfig({
  name: 'bench',
  systemDatabaseUrl: databaseUrl,
  systemDatabasePoolSize: POOL_SIZE,
  logLevel: 'error',
});
const engine: Engine = {
  run: (name, step) => DBOS.runStep(step, { name }),
  all: (pending) => Promise.all(pending),
};
const workflow = DBOS.registerWorkflow(() => steps(engine), { name: 'council' });
await DBOS.launch();

const server = createServer((request, response) => {
  request.resume();
  workflow().then(
    (text) => response.writeHead(200, { 'content-length': Buffer.byteLength(text) }).end(text),
    (error: unknown) =>
      response.writeHead(500, { 'content-length': 0 }).end(void process.stderr.write(`${String(error)}\n`)),
  );
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`  API  http://127.0.0.1:${port}\n`);
});
process.once('SIGTERM', () => {
  server.closeAllConnections();
  server.close();
  void DBOS.shutdown().then(() => process.exit(0));
});
