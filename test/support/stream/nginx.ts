import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../until.js';

/** nginx as its package configures it, but for its places: buffering and all time limits are the defaults. */
export class Nginx {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  /** @param upstream a base URL. */
  static async start(program: string, upstream: string): Promise<Nginx> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-nginx-'));
    await chmod(folder, 0o711);
    const port = await freePort();
    const config = join(folder, 'nginx.conf');
    for (const place of PLACES) await mkdir(join(folder, place));
    await writeFile(config, configOf(folder, port, upstream));
    const child = spawn(program, ['-p', folder, '-c', config, '-e', join(folder, 'error.log')], { stdio: 'ignore' });
    const nginx = new Nginx(`http://127.0.0.1:${port}`, child, folder);
    await until(() => child.exitCode !== null || answers(port));
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`);
    return nginx;
  }

  async stop(): Promise<void> {
    const { child } = this;
    const ended = once(child, 'exit');
    if (child.exitCode === null && child.kill('SIGKILL')) await ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}

const PLACES = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** One process, so that ending it leaves nothing behind. */
function configOf(folder: string, port: number, upstream: string): string {
  return `daemon off;
master_process off;
pid ${folder}/nginx.pid;
events {}
http {
  access_log off;
  ${PLACES.map((place) => `${place}_temp_path ${folder}/${place};`).join('\n  ')}
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass ${upstream}; }
  }
}
`;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}
