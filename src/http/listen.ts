import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { EXIT, StartupFault } from '../config/startup-fault.js';

export const DEFAULT_PORT = 3000;

/** How many ports after the default one are tried. */
const MORE_PORTS = 100;

/**
 * The port to listen on: the one that was asked for, else the first free one from 3000. 0 stays 0: the system chooses.
 * Asked before anything else is started. @throws StartupFault when it is taken.
 */
export async function choosePort(host: string, asked: number | undefined): Promise<number> {
  if (asked === 0) return 0;
  const first = asked ?? DEFAULT_PORT;
  const last = asked === undefined ? first + MORE_PORTS : first;
  for (let port = first; port <= last; port++) if (await isFree(host, port)) return port;
  throw portTaken(host, first, last);
}

/**
 * Listens on the chosen port; if that was taken meanwhile and no port was asked for, on the next free one.
 * @returns the port. @throws StartupFault
 */
export async function bind(
  app: NestFastifyApplication,
  { host, chosen, asked }: { host: string; chosen: number; asked: number | undefined },
): Promise<number> {
  for (let port = chosen; ; port = await choosePort(host, asked)) {
    try {
      await app.listen(port, host);
      return (app.getHttpServer().address() as AddressInfo).port;
    } catch (error) {
      if (!isTaken(error)) throw explain(error, host);
      if (asked !== undefined) throw portTaken(host, port, port);
    }
  }
}

/** The URL by which clients on this machine reach us. */
export function urlOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => (isTaken(error) ? resolve(false) : reject(explain(error, host))));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

function portTaken(host: string, first: number, last: number): StartupFault {
  const which = first === last ? `Port ${first} on ${host} is` : `Ports ${first} to ${last} on ${host} are all`;
  return new StartupFault(`${which} in use. Stop what uses it, or set PORT to a free one.`, EXIT.unavailable);
}

function explain(error: unknown, host: string): StartupFault {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return new StartupFault(`Cannot listen on ${host} (${code}). Check HOST and PORT.`, EXIT.unavailable, {
    cause: error,
  });
}
