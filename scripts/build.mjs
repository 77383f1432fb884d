// Compiles src/, migrations/ and bench/ into dist/ with SWC. A file whose text and compiler are unchanged is kept; what
// has no source any more is deleted, because a stale migration or spec in dist/ would still be picked up. Nothing else
// is copied: config/ and openapi.json are read from the package root.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const stampFile = join(dist, '.stamps.json');
const folders = ['src', 'migrations', 'bench'];

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

/** What the compiler's output depends on beside the source: its options and its version. */
function compiler() {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return readFileSync(join(root, '.swcrc'), 'utf8') + lock.packages['node_modules/@swc/core'].version;
}

/** What a build would do: the stamp of each source, the sources to compile, the outputs that have no source. */
export function plan() {
  const options = compiler();
  const before = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {};
  const stamps = {};
  for (const file of sources()) {
    stamps[file] = createHash('sha256')
      .update(options)
      .update(readFileSync(join(root, file)))
      .digest('hex');
  }
  const files = Object.keys(stamps);
  const wanted = new Set(files.flatMap((file) => [outputOf(file), `${outputOf(file)}.map`]));
  return {
    stamps,
    stale: files.filter((file) => before[file] !== stamps[file] || !existsSync(outputOf(file))),
    orphans: folders
      .flatMap((folder) => entries(join(dist, folder)))
      .filter(({ path, isFolder }) => !isFolder && !wanted.has(path))
      .map(({ path }) => path),
  };
}

/** Brings dist/ up to date. Throws before it has written anything when a source does not compile. */
export async function build() {
  const { stamps, stale, orphans } = plan();
  if (stale.length + orphans.length === 0) return;
  const outputs = [];
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
    mkdirSync(dirname(output), { recursive: true });
    replace(`${output}.map`, map);
    replace(output, `${code}\n//# sourceMappingURL=${output.split('/').at(-1)}.map\n`);
  }
  for (const path of orphans) {
    rmSync(path);
    removeEmpty(dirname(path));
  }
  replace(stampFile, JSON.stringify(stamps));
}

/** A running process that imports the file meanwhile sees the old text or the new one, never half of it. */
function replace(path, text) {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

function removeEmpty(folder) {
  if (folder === dist || readdirSync(folder).length > 0) return;
  rmdirSync(folder);
  removeEmpty(dirname(folder));
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) await build();
