// Makes a checkout runnable: installs when node_modules is missing or out of step with the lockfile, then builds.
// Runs on whatever Node the machine has (18 or later); everything after it runs on the Node pinned in package.json.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.holdfast-install');
const pinnedNode = join(modules, '.bin', 'node');

/** What an installation depends on: both manifests and the platform that binaries are for. */
function installStamp() {
  const hash = createHash('sha256');
  for (const name of ['package.json', 'package-lock.json']) hash.update(readFileSync(join(root, name)));
  return hash.update(`${process.platform}-${process.arch}`).digest('hex');
}

function installed(stamp) {
  return existsSync(pinnedNode) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
}

function run(command, args) {
  // npm and build chatter goes to stderr: a command's own output is all that stands on stdout.
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
}

try {
  const stamp = installStamp();
  if (!installed(stamp)) {
    process.stderr.write('holdfast: installing packages (once, about a minute)\n');
    rmSync(stampFile, { force: true });
    // The build and the pinned Node are dev dependencies: NODE_ENV=production must not leave them out.
    run('npm', ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']);
    writeFileSync(stampFile, stamp);
  }
  run(pinnedNode, [join(root, 'scripts', 'build.mjs')]);
} catch (error) {
  process.stderr.write(`holdfast: could not prepare the checkout: ${error.message}\n`);
  process.exit(typeof error.status === 'number' ? error.status : 1);
}
