import { createServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { loadPeer, stepsFrom } from './durable-steps.js';

interface Context {
  run<R>(name: string, step: () => Promise<R>): Promise<R>;
}

/** The part of the package that is used. */
interface RestateSdk {
  workflow(definition: { name: string; handlers: { run: (context: Context) => Promise<string> } }): object;
  endpoint(): Endpoint;
  readonly RestatePromise: { all(pending: Promise<string>[]): Promise<string[]> };
}

interface Endpoint {
  bind(service: object): Endpoint;
  http2Handler(): (request: Http2ServerRequest, response: Http2ServerResponse) => void;
}

const [room = '', requestsFile = '', providerPort = ''] = process.argv.slice(2);
// Logging a line per workflow would cost Restate more than our log costs us.
process.env['RESTATE_LOGGING'] = 'WARN';
const restate = loadPeer(room, '@restatedev/restate-sdk') as RestateSdk;
const steps = stepsFrom(requestsFile, Number(providerPort));
const council = restate.workflow({
  name: 'council',
  handlers: {
    run: (context) =>
      steps({ run: (name, step) => context.run(name, step), all: (pending) => restate.RestatePromise.all(pending) }),
  },
});
// The SDK's own `listen` would be open to the whole network.
const server = createServer(restate.endpoint().bind(council).http2Handler());
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`  API  http://127.0.0.1:${port}\n`);
});
process.once('SIGTERM', () => process.exit(0));
