// Everything that has to hold before a change is merged: `npm run preflight`. Each check gives one line; a failed one shows
// what it said, and the others still run. `-- NAME…` runs only these, `-- --no-tests` leaves the tests to the caller.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSetting } from './settings.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const code = ['src', 'migrations', 'test', 'bench'].filter((folder) => existsSync(join(root, folder)));

const checks = {
  format: 'prettier --check .',
  lint: 'oxlint --disable-nested-config',
  types: 'tsc',
  boundaries: `depcruise --config .dependency-cruiser.mjs ${code.join(' ')}`,
  'dead-code': 'knip --no-progress --no-config-hints',
  secrets: 'secretlint --secretlintignore .gitignore **/*',
  portable: 'node scripts/check-portable.mjs',
  vulnerabilities: 'node scripts/check-vulnerabilities.mjs',
  migrations: 'node scripts/check-migrations.mjs',
  openapi: 'node scripts/openapi.mjs --check',
  tests: 'npm test --silent -- --coverage',
};
const notChecked = 75; // EX_TEMPFAIL: neither a pass nor a failure

const args = process.argv.slice(2);
const unknown = args.filter((arg) => arg !== '--no-tests' && !(arg in checks));
if (unknown.length > 0) {
  process.stderr.write(`unknown: ${unknown.join(', ')}; the checks are: ${Object.keys(checks).join(', ')}\n`);
  process.exit(64);
}
const named = args.filter((arg) => arg in checks);
const chosen = Object.keys(checks)
  .filter((name) => named.length === 0 || named.includes(name))
  .filter((name) => name !== 'tests' || !args.includes('--no-tests'));

/** Runs a command without a shell. The tests show their progress; of the others we hear only when they fail. */
async function run(command, live) {
  const [file, ...rest] = command.split(' ');
  const path = join(root, 'node_modules', '.bin') + delimiter + process.env.PATH;
  const own = Object.entries(process.env).filter(([name]) => !isSetting(name));
  const env = { ...Object.fromEntries(own), PATH: path };
  const child = spawn(file, rest, { cwd: root, env, stdio: ['ignore', 'pipe', live ? 'inherit' : 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
  child.on('error', (error) => (output += `${error.message}\n`));
  const status = await new Promise((resolve) => child.once('close', resolve));
  return { status, output };
}

let failures = 0;
let lastLine = '';

async function check(name) {
  const since = performance.now();
  const { status, output } = await run(checks[name], name === 'tests');
  const verdict = status === 0 ? 'ok' : status === notChecked ? 'not checked' : 'FAILED';
  if (verdict === 'FAILED') failures++;
  if (verdict !== 'ok' || name === 'tests') process.stdout.write(output);
  if (name === 'tests') lastLine = output.trimEnd().split('\n').at(-1);
  process.stdout.write(
    `${name.padEnd(16)} ${verdict.padEnd(12)} ${((performance.now() - since) / 1000).toFixed(1)} s\n`,
  );
}

const waiting = chosen.filter((name) => name !== 'tests');
async function checkNext() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await check(name);
}
await Promise.all(Array.from({ length: availableParallelism() }, checkNext));
// Alone: they have the machine for themselves, as everything that they measure has.
if (chosen.includes('tests')) await check('tests');

process.stdout.write(
  failures > 0 ? `preflight: ${failures} of ${chosen.length} checks failed\n` : 'preflight: all is well\n',
);
if (lastLine) process.stdout.write(`${lastLine}\n`);
process.exitCode = failures > 0 ? 1 : 0;
