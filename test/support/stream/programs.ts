import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { it } from '@jest/globals';

/** Where a program of the system is; undefined when it is not installed. */
export function installed(...names: readonly string[]): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A test that needs a program; without it, it is skipped, and its title says why. `.ci/run` installs them all. */
export function itWith(
  program: string | undefined,
  packageName: string,
  title: string,
  body: (program: string) => Promise<void>,
  timeoutMs?: number,
): void {
  const reason = program === undefined ? ` (not tested: ${packageName} is not installed)` : '';
  const declare = program === undefined ? it.skip : it;
  declare(title + reason, () => body(program ?? ''), timeoutMs);
}
