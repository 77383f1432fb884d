import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { httpRequest } from './http-load.js';
import { freePort, installPeer } from './npm-peer.js';
import type { SessionPeer } from './session-peer.js';
import type { Sessions } from './sessions.js';
import { startProgram, startScript } from './server.js';
import { undoneOnFailure } from './undo.js';

const SERVER = '@restatedev/restate-server';
const SDK = '@restatedev/restate-sdk';
const VERSIONS = { [SERVER]: '1.7.12', [SDK]: '1.17.2' };

const READY = /Ingress HTTP listening[^]*?server\.port: (\d+)/;
const REGISTER_AGAIN_MS = 100;
const REGISTER_TRIES = 100;

/** Restate's server and a service of its SDK, each in a process of its own. @throws when npm cannot install them. */
export function startRestate({ folder, requestsFile, provider }: Sessions): Promise<SessionPeer> {
  return undoneOnFailure(async (undo) => {
    const room = join(folder, 'restate');
    await installPeer(room, { dependencies: VERSIONS });
    const app = await startProgram('restate-app.js', folder, [room, requestsFile, String(provider.port)]);
    undo.add(() => app.stop());
    const [ingress, admin, node] = [await freePort(), await freePort(), await freePort()];
    const config = join(room, 'restate.toml');
    await writeFile(config, configOf(room, { ingress, admin, node }));
    const script = join(room, 'node_modules', SERVER, 'lib', 'index.js');
    const server = await startScript([script, '--no-logo', '--config-file', config], join(room, 'output'), READY);
    undo.add(() => server.stop());
    await register(admin, app.port);
    return {
      pid: server.pid,
      port: server.port,
      name: `${SERVER} ${VERSIONS[SERVER]}`,
      request: () => httpRequest('POST', `/council/${randomUUID()}/run`, {}),
      stop: undo.run,
    };
  });
}

/** Its own defaults, but for the ports and for what it would tell its makers. */
function configOf(room: string, ports: { ingress: number; admin: number; node: number }): string {
  return `
base-dir = "${join(room, 'data')}"
listen-mode = "tcp"
bind-ip = "127.0.0.1"
bind-port = ${ports.node}
advertised-host = "127.0.0.1"
disable-telemetry = true
log-disable-ansi-codes = true
log-filter = "warn,restate_ingress_http::server=info"
[ingress]
bind-port = ${ports.ingress}
[admin]
bind-port = ${ports.admin}
`;
}

async function register(admin: number, service: number): Promise<void> {
  const body = JSON.stringify({ uri: `http://127.0.0.1:${service}` });
  for (let tries = 1; ; tries++) {
    try {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`http://127.0.0.1:${admin}/deployments`, { method: 'POST', headers, body });
      if (answer.ok) return;
      throw new Error(`${answer.status} ${await answer.text()}`);
    } catch (error) {
      if (tries >= REGISTER_TRIES) throw error;
      await sleep(REGISTER_AGAIN_MS);
    }
  }
}
