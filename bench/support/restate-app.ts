import { createServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { loadPeer, stepsFrom } from './durable-steps.js';

interface Context {
  run<R>(name: string, step: () => Promise<R>): Promise<R>;
}

/** What is used of it. */
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
// A line per workflow would cost it more than ours cost us.
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
// Its own `listen` would be open to the whole network.
const server = createServer(restate.endpoint().bind(council).http2Handler());
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`  API  http://127.0.0.1:${port}\n`);
});
process.once('SIGTERM', () => process.exit(0));
