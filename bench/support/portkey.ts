import { join } from 'node:path';
import { freePort, installPeer } from './npm-peer.js';
import { startScript, type BenchProgram } from './server.js';

const NAME = '@portkey-ai/gateway';
const VERSION = '1.15.2';

/** Portkey's build does not start with later versions of these. */
const OVERRIDES = { hono: '4.9.7', '@hono/node-server': '1.13.5', '@hono/node-ws': '1.2.0' };

/** Until it listens, Portkey redraws one line of its output. */
const READY = /localhost:(\d+)[^]*Ready for connections/;

/** Portkey's gateway, as npm delivers it, in a process of its own. */
export interface Portkey extends BenchProgram {
  readonly version: string;
  /** Sends a request of OpenAI's kind on to this port of the machine. */
  headersFor(providerPort: number): Readonly<Record<string, string>>;
}

/** Installs it below the folder and starts it. @throws when npm cannot install it. */
export async function startPortkey(folder: string): Promise<Portkey> {
  const room = join(folder, 'portkey');
  await installPeer(room, { dependencies: { [NAME]: VERSION }, overrides: OVERRIDES });
  const script = join(room, 'node_modules', NAME, 'build', 'start-server.js');
  const port = await freePort();
  const program = await startScript([script, `--port=${port}`, '--headless'], join(room, 'output'), READY);
  return {
    ...program,
    version: VERSION,
    headersFor: (providerPort) => ({
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `http://127.0.0.1:${providerPort}/v1`,
    }),
  };
}
