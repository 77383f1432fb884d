import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ensureFolder } from './ensure-folder.js';

let root: string;
beforeAll(() => void (root = mkdtempSync(join(tmpdir(), 'holdfast-folders-'))));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const modeOf = (path: string) => statSync(path).mode & 0o777;

it('makes the folder and those above it, with the mode', () => {
  const path = join(root, 'a', 'b', 'c');
  expect(ensureFolder(`${path}/`, 0o700)).toBe(true);
  for (const made of [path, join(root, 'a')]) expect(modeOf(made)).toBe(0o700);
});

it('leaves one that is there as it is, also behind a link', () => {
  const path = join(root, 'there');
  mkdirSync(path);
  chmodSync(path, 0o755);
  symlinkSync(path, join(root, 'link'));
  for (const known of [path, join(root, 'link'), '/']) expect(ensureFolder(known, 0o700)).toBe(false);
  expect(modeOf(path)).toBe(0o755);
});

it.each([
  ['a file', 'file', 'EEXIST'],
  ['what is below a file', 'file/x/y', 'ENOTDIR'],
  ['a link to nothing', 'nothing', 'EEXIST'],
  ['what is below a link to nothing', 'nothing/x', 'EEXIST'],
  ['a link to itself', 'loop/x', 'ELOOP'],
  ['a name that is too long', 'n'.repeat(300), 'ENAMETOOLONG'],
])('says why %s cannot be made', (_what, path, code) => {
  rmSync(join(root, 'nothing'), { force: true });
  rmSync(join(root, 'loop'), { force: true });
  writeFileSync(join(root, 'file'), '');
  symlinkSync(join(root, 'missing'), join(root, 'nothing'));
  symlinkSync(join(root, 'loop'), join(root, 'loop'));
  expect(() => ensureFolder(join(root, path), 0o700)).toThrow(expect.objectContaining({ code }));
});

// Other systems have no /proc.
it('gives up where a folder answers as if it were missing', () => {
  const unmakeable = process.platform === 'linux' ? '/proc/holdfast/data' : '/dev/null/holdfast';
  expect(() => ensureFolder(unmakeable, 0o700)).toThrow(/ENOENT|ENOTDIR/);
});
