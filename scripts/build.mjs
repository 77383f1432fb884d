// Compiles src/ and migrations/ into dist/ with SWC. A file whose text and compiler options are unchanged is kept.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const stampFile = join(dist, '.stamps.json');

function sources(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !/\.(spec|d)\.ts$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

/** Compiles what changed and deletes what has no source any more. Returns the number of files written. */
export async function build() {
  const options = readFileSync(join(root, '.swcrc'), 'utf8') + readFileSync(join(root, 'package-lock.json'), 'utf8').length;
  const before = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {};
  const after = {};
  const stale = [];
  for (const file of [...sources('src'), ...sources('migrations')]) {
    after[file] = createHash('sha256').update(options).update(readFileSync(join(root, file))).digest('hex');
    if (before[file] !== after[file] || !existsSync(outputOf(file))) stale.push(file);
  }
  for (const file of Object.keys(before)) {
    if (file in after) continue;
    rmSync(outputOf(file), { force: true });
    rmSync(`${outputOf(file)}.map`, { force: true });
  }
  if (stale.length > 0) {
    const { transformFile } = await import('@swc/core');
    for (const file of stale) {
      const output = outputOf(file);
      const { code, map } = await transformFile(join(root, file), { cwd: root, sourceFileName: relative(dirname(output), join(root, file)) });
      mkdirSync(dirname(output), { recursive: true });
      writeFileSync(`${output}.map`, map);
      writeFileSync(output, `${code}\n//# sourceMappingURL=${output.split('/').at(-1)}.map\n`);
    }
  }
  mkdirSync(dist, { recursive: true });
  writeFileSync(stampFile, JSON.stringify(after));
  return stale.length;
}

function outputOf(file) {
  return join(dist, file.replace(/\.ts$/, '.js'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
