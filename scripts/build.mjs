// Compiles src/, migrations/, bench/ and the fake provider into dist/ with SWC, with declarations for what others import: the
// client library. A file whose text and compiler are unchanged is kept; what
// has no source any more is deleted, because a stale migration or spec in dist/ would still be picked up. Nothing else
// is copied: config/ and openapi.json are read from the package root. What `npm start` runs is bundled (bundle.mjs).
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, rmdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, isBundled } from './bundle.mjs';
import { replace } from './replace.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const stampFile = join(dist, '.stamps.json');
// The fake provider is what benchmarks measure against.
const folders = ['src', 'migrations', 'bench', 'test/support/fake-provider'];

/** Everything below a folder; nothing when there is no such folder. */
export function entries(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => ({
    path: join(entry.parentPath ?? entry.path, entry.name), // Node 18 knows only `path`
    isFolder: entry.isDirectory(),
  }));
}

function sources() {
  return folders
    .flatMap((folder) => entries(join(root, folder)))
    .filter(({ path, isFolder }) => !isFolder && path.endsWith('.ts') && !/\.(spec|d)\.ts$/.test(path))
    .map(({ path }) => relative(root, path));
}

function outputOf(file) {
  return join(dist, file.replace(/\.ts$/, '.js'));
}

/** Only the client library is imported by others. */
function declarationOf(file) {
  return file.startsWith(join('src', 'client')) ? outputOf(file).replace(/\.js$/, '.d.ts') : undefined;
}

function outputsOf(file) {
  const output = outputOf(file);
  return [output, `${output}.map`, declarationOf(file)].filter((path) => path !== undefined);
}

/** What the compilers' output depends on beside the source: options and versions. */
function compilers() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const versions = ['@swc/core', 'typescript'].map((name) => packages[`node_modules/${name}`].version);
  return readFileSync(join(root, '.swcrc'), 'utf8') + versions;
}

/** Whether dist/ is up to date. */
export function isBuilt() {
  const { stamps, stale, orphans } = plan();
  return stale.length + orphans.length === 0 && isBundled(stamps);
}

/** What a build would do: the stamp of each source, the sources to compile, the outputs that have no source. */
function plan() {
  const options = compilers();
  const before = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {};
  const stamps = {};
  for (const file of sources()) {
    stamps[file] = createHash('sha256')
      .update(options)
      .update(readFileSync(join(root, file)))
      .digest('hex');
  }
  const files = Object.keys(stamps);
  const wanted = new Set(files.flatMap(outputsOf));
  return {
    stamps,
    stale: files.filter((file) => before[file] !== stamps[file] || !outputsOf(file).every((path) => existsSync(path))),
    orphans: folders
      .flatMap((folder) => entries(join(dist, folder)))
      .filter(({ path, isFolder }) => !isFolder && !wanted.has(path))
      .map(({ path }) => path),
  };
}

/** Brings dist/ up to date. Throws before it has written anything when a source does not compile. */
export async function build() {
  const stamps = await compile();
  if (!isBundled(stamps)) await bundle(stamps);
}

/** Brings dist/ up to date without the bundle, which takes longer than the rest. @returns the stamp of each source. */
export async function compile() {
  const { stamps, stale, orphans } = plan();
  if (stale.length + orphans.length === 0) return stamps;
  const outputs = [];
  const declarations = await declare(stale.filter(declarationOf));
  if (stale.length > 0) {
    const { transformFile } = await import('@swc/core');
    for (const file of stale) {
      const output = outputOf(file);
      const sourceFileName = relative(dirname(output), join(root, file));
      const compiled = transformFile(join(root, file), { cwd: root, sourceFileName }).catch((error) => {
        throw new Error(`${file} does not compile\n${error.message.split('\n\n\nCaused by:')[0]}`);
      });
      outputs.push({ output, ...(await compiled) });
    }
  }
  for (const { output, code, map } of outputs) {
    replace(`${output}.map`, map);
    replace(output, `${code}\n//# sourceMappingURL=${output.split('/').at(-1)}.map\n`);
  }
  for (const { path, text } of declarations) replace(path, text);
  for (const path of orphans) {
    rmSync(path);
    removeEmpty(dirname(path));
  }
  replace(stampFile, JSON.stringify(stamps));
  return stamps;
}

/** Derives declarations from each file alone, which needs no check of the whole: every export states its type. */
async function declare(files) {
  if (files.length === 0) return [];
  const { default: ts } = await import('typescript');
  const compilerOptions = {
    declaration: true,
    isolatedDeclarations: true,
    strict: true,
    target: ts.ScriptTarget.ES2024,
  };
  return files.map((file) => {
    const source = readFileSync(join(root, file), 'utf8');
    const options = { fileName: file, reportDiagnostics: true, compilerOptions };
    const { outputText, diagnostics } = ts.transpileDeclaration(source, options);
    const [fault] = diagnostics;
    if (fault) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(fault.messageText, '\n')}`);
    return { path: declarationOf(file), text: outputText };
  });
}

function removeEmpty(folder) {
  if (folder === dist || readdirSync(folder).length > 0) return;
  rmdirSync(folder);
  removeEmpty(dirname(folder));
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) await build();
