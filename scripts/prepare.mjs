// Makes a checkout runnable: installs when node_modules is missing, half-installed or out of step with the lockfile, then
// builds. Runs on whatever Node the machine has (18 or later); what follows runs on the Node pinned in package.json.
// When there is nothing to do it writes nothing and starts nothing. With --no-build it only installs.
import { execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { build, isBuilt } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');
const lockFile = join(root, 'dist', '.prepare.lock');
const withBuild = !process.argv.includes('--no-build');
/** The oldest Node that can run the application: `engines` of package.json. */
const neededNode = '22.19';
const beatMs = 500;
const staleMs = 10_000;
const leave = () => process.exit(interrupted);
let interrupted = 0;
let interrupt = leave;

const say = (text) => process.stderr.write(`holdfast: ${text}\n`);
const readJson = (...path) => JSON.parse(readFileSync(join(root, ...path), 'utf8'));

/** Whether there is a Node that can run the application: the pinned one, or else (a CI matrix removes it) this one. */
function hasRuntime() {
  return existsSync(join(bin, 'node')) || isRuntime();
}

function isRuntime() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [least, leastMinor] = neededNode.split('.').map(Number);
  return major > least || (major === least && minor >= leastMinor);
}

/**
 * Compares the lockfile with the one npm leaves in node_modules as the last act of an installation. Returns what differs,
 * or undefined. Packages for other platforms may be missing; packages of another platform may not be there.
 */
function installFault() {
  if (!existsSync(join(root, 'node_modules', '.package-lock.json'))) return 'packages are not installed';
  if (!hasRuntime()) return 'the pinned Node is missing';
  const wanted = readJson('package-lock.json').packages;
  const present = readJson('node_modules', '.package-lock.json').packages;
  if (!isDeepStrictEqual(direct(readJson('package.json')), direct(wanted[''])))
    return 'package.json and package-lock.json differ';
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || (entry.optional && !present[path])) continue;
    if (present[path]?.version !== entry.version) return `${path} is not at ${entry.version}`;
    if (!existsSync(join(root, path, 'package.json'))) return `${path} is incomplete`;
  }
  const foreign = ([, { os, cpu }]) => !allows(os, process.platform) || !allows(cpu, process.arch);
  const stranger = Object.entries(present).find(foreign);
  return stranger && `${stranger[0]} is for another platform`;
}

function direct({ dependencies, devDependencies, optionalDependencies }) {
  return { ...dependencies, ...devDependencies, ...optionalDependencies };
}

/** npm's os and cpu lists: names, or names excluded by "!". */
function allows(list, name) {
  return (
    list === undefined || list.includes(name) || (list.some((item) => item[0] === '!') && !list.includes(`!${name}`))
  );
}

async function install() {
  // The build and the pinned Node are dev dependencies: NODE_ENV=production must not leave them out. npm must not run on
  // the pinned Node, which it is about to replace.
  const path = process.env.PATH.split(delimiter).filter(
    (folder) => folder !== bin && !folder.endsWith('/node_modules/.bin'),
  );
  const env = { ...process.env, PATH: path.join(delimiter) };
  const command = [
    'npm',
    'ci',
    '--include=dev',
    '--include=optional',
    '--no-engine-strict', // what package.json asks for is the Node that is about to be installed
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    '--loglevel=error',
  ];
  // npm's chatter goes to stderr: a command's own output is all that stands on stdout.
  const guard = join(root, 'scripts', 'guard.mjs');
  const npm = spawn(process.execPath, [guard, '1000', ...command], { cwd: root, env, stdio: ['pipe', 2, 2] });
  interrupt = () => npm.stdin.end(); // then npm has ended before the lock is given back
  const code = await new Promise((resolve) => npm.once('exit', resolve));
  interrupt = leave;
  if (interrupted) leave();
  if (code !== 0) throw new Error(cacheFault(env) ?? `npm ci ended with ${code}; what it said stands above`);
  if (!hasRuntime())
    throw new Error(
      `Node ${neededNode} or later is needed, this is ${process.version}, and npm ran no install script that brings it: ` +
        'install that Node, or allow the scripts with npm_config_ignore_scripts=false',
    );
  const fault = installFault();
  if (fault) say(`npm ci succeeded, yet ${fault}`);
}

/** npm says little when it cannot write its cache, the commonest fault in containers with a strange HOME. */
function cacheFault(env) {
  try {
    const cache = execFileSync('npm', ['config', 'get', 'cache'], { cwd: root, env, encoding: 'utf8' }).trim();
    const fault = unwritable(cache);
    return (
      fault && `npm cannot write its cache ${cache} (${fault}): set npm_config_cache to a folder that you can write`
    );
  } catch {
    return undefined;
  }
}

function unwritable(folder) {
  try {
    fs.mkdirSync(folder, { recursive: true });
    fs.accessSync(folder, fs.constants.W_OK);
    return undefined;
  } catch (error) {
    return error.code;
  }
}

/**
 * Two commands started at once in a fresh clone must not install over each other. The holder touches the file twice a
 * second, so a file that stands still belongs to someone who was killed: neither his pid nor the clock is trusted.
 */
async function withLock(work) {
  const token = `${process.pid} ${Math.random()}`;
  const holds = () => existsSync(lockFile) && readFileSync(lockFile, 'utf8') === token;
  await takeLock(token, holds);
  const beat = setInterval(() => {
    if (!holds()) {
      say('another process took over the preparation of this checkout');
      process.exit(1);
    }
    fs.utimesSync(lockFile, new Date(), new Date());
  }, beatMs);
  process.once('exit', () => holds() && fs.rmSync(lockFile, { force: true }));
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(name, () => {
      interrupted = 128 + constants.signals[name];
      interrupt();
    });
  }
  await work();
  clearInterval(beat);
}

async function takeLock(token, holds) {
  fs.mkdirSync(dirname(lockFile), { recursive: true });
  let seen;
  for (;;) {
    try {
      return writeFileSync(lockFile, token, { flag: 'wx' });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!seen) say('waiting for another command that prepares this checkout');
    const touched = fs.statSync(lockFile, { throwIfNoEntry: false })?.mtimeMs;
    if (seen?.touched !== touched) seen = { touched, since: performance.now() };
    if (touched !== undefined && performance.now() - seen.since > staleMs) {
      writeFileSync(lockFile, token);
      await sleep(2 * beatMs); // of several that find it abandoned, the last to write has it
      if (holds()) return;
      seen = undefined;
    }
    await sleep(beatMs / 2);
  }
}

function isReady() {
  return !installFault() && (!withBuild || isBuilt());
}

async function prepare() {
  const fault = installFault();
  if (fault) {
    say(`installing, because ${fault} (about a minute)`);
    await install();
  }
  if (withBuild) await build();
}

try {
  if (Number(process.versions.node.split('.')[0]) < 18)
    throw new Error(`Node 18 or later is needed to install, this is ${process.version}`);
  // npm puts the pinned Node into PATH, which such a folder would fall apart in.
  if (root.includes(delimiter) && !isRuntime())
    throw new Error(
      `no program is found below a path with "${delimiter}": move ${root}, or install Node ${neededNode} or later`,
    );
  if (!isReady()) await withLock(prepare);
  process.exit();
} catch (error) {
  say(`could not prepare the checkout: ${error.message}`);
  process.exit(1);
}
