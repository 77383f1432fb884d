import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../../src/config/package.js';
import { runFolder } from '../database.js';

export interface Release {
  readonly version: string;
  /** What starts it. */
  readonly main: string;
  remove(): void;
}

const EVENT_LOG = join('dist', 'src', 'journal', 'event-log.js');
const EVENTS = join('dist', 'src', 'features', 'sessions', 'council', 'events.js');

/**
 * The built application as another release of it.
 * @param events the version of events that it writes, and reads all up to.
 */
export function anotherRelease(version: string, { events = 1 } = {}): Release {
  const folder = mkdtempSync(join(runFolder(), 'release-'));
  cpSync(join(PACKAGE_ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
  for (const name of ['node_modules', 'config', 'openapi.json'])
    symlinkSync(join(PACKAGE_ROOT, name), join(folder, name));
  const manifest = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as object;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, version }));
  replace(join(folder, EVENT_LOG), 'EVENT_VERSION = 1', `EVENT_VERSION = ${events}`);
  replace(join(folder, EVENTS), 'NEWEST_READABLE = 1', `NEWEST_READABLE = ${events}`);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  return { version, main: join(folder, 'dist', 'src', 'main.js'), remove };
}

function replace(file: string, what: string, by: string): void {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(what)) throw new Error(`${file} does not say ${what}`);
  writeFileSync(file, text.replace(what, by));
}
