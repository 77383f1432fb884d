// What works on one machine only: nobody notices on that machine.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8'));
const faults = [];
for (const [path, entry] of Object.entries(packages)) {
  // It binds everyone to one registry, or to a folder, which may be reachable from one place only.
  if (entry.resolved) faults.push(`package-lock.json: ${path} says where it came from: ${entry.resolved}`);
  // `npm ci` refuses a lockfile that lacks a platform's package, which a registry that mirrors only some leaves out.
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    const found = packages[`${path}/node_modules/${name}`] ?? packages[`node_modules/${name}`];
    if (!found) faults.push(`package-lock.json: ${path} lacks ${name}`);
  }
}

// Folders of people, and the folder of this checkout when it is deep enough to be telling (not /app). Without git: nothing.
const folders = ['/(home|Users|root)/[[:alnum:]]', ...(root.split('/').length > 3 ? [root] : [])];
const grep = ['grep', '--untracked', '-nIE', folders.join('|'), '--', '.', ':!package-lock.json'];
const found = spawnSync('git', grep, { cwd: root, encoding: 'utf8' }).stdout ?? '';
process.stdout.write(faults.map((fault) => `${fault}\n`).join('') + found);
process.exitCode = faults.length > 0 || found !== '' ? 1 : 0;
