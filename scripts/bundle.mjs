// Puts the compiled server, and the packages that it loads at its start, together in one file of dist/start: to find, open and link
// two thousand modules one by one takes half of a start.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { replace } from './replace.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'dist', 'start');
const stampFile = join(folder, '.stamp');
/** The second turns the compile cache on before it imports the first. */
const programs = ['process.js', 'main.js'];

/** Stay where they are: what is loaded late, if at all, and the driver, which others reach into to watch it. */
const APART = ['pg', 'jose', '@redis/client'];

/** What Nest would load if it were there. */
const ABSENT = [
  '@fastify/multipart',
  '@fastify/static',
  '@fastify/view',
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  'class-transformer',
];

/** What packages that are written as CommonJS expect to find. */
const BANNER = `const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);`;

/** How esbuild gives back a name that it had to change, since another module has it: as errors of packages are told apart by it. */
const NAMING = 'var __name = (target, value) => __defProp(target, "name", { value, configurable: true });';
const OF_CLASS = '__name(this, ';

/** Keeps the two programs in files of their own. */
const apart = {
  name: 'programs',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\/process\.js$/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    ),
};

/** @param stamps of what was compiled. */
export function isBundled(stamps) {
  const files = [stampFile, ...programs.map((name) => join(folder, name))];
  return files.every((file) => existsSync(file)) && readFileSync(stampFile, 'utf8') === stampOf(stamps);
}

/** @param stamps of what was compiled. */
export async function bundle(stamps) {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: programs.map((name) => join(root, 'dist', 'src', name)),
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    external: [...APART, ...ABSENT],
    keepNames: true,
    plugins: [apart],
    banner: { js: BANNER },
    write: false,
    logLevel: 'error',
  });
  for (const { path, text } of outputFiles) replace(path, namingClassesOnly(text));
  replace(stampFile, stampOf(stamps));
}

/** Nobody asks for a function's name, and to give one to each that is made while requests are served would cost them dear. */
function namingClassesOnly(text) {
  if (!text.includes(OF_CLASS)) return text;
  if (!text.includes(NAMING)) throw new Error('esbuild names what it bundles in another way than bundle.mjs knows');
  return text
    .replace(NAMING, `${NAMING.replace('__name', '__nameClass')}\nvar __name = (target) => target;`)
    .replaceAll(OF_CLASS, OF_CLASS.replace('__name', '__nameClass'));
}

function stampOf(stamps) {
  const hash = createHash('sha256').update(JSON.stringify(stamps));
  for (const file of [join(root, 'package-lock.json'), fileURLToPath(import.meta.url)]) hash.update(readFileSync(file));
  return hash.digest('hex');
}
