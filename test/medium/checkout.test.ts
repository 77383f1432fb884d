import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { PACKAGE_ROOT } from '../../src/config/package.js';
import { AppProcess, type Ended } from '../support/process.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-checkout-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A checkout without anything built. */
function checkout(name = 'project'): string {
  const root = join(folder, name);
  mkdirSync(root);
  for (const entry of ['scripts', 'package.json', 'package-lock.json', '.swcrc'])
    cpSync(join(PACKAGE_ROOT, entry), join(root, entry), { recursive: true });
  return root;
}

/** Puts in the place of the packages what a test of the installation alone needs: none. */
function withoutPackages(root: string, engines: string): void {
  const manifest = { name: 'none', version: '1.0.0', engines: { node: engines } };
  writeFileSync(join(root, 'package.json'), JSON.stringify(manifest));
  const packages = { '': manifest };
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ ...manifest, lockfileVersion: 3, packages }));
}

async function run(root: string, command: string[], env: Record<string, string>): Promise<Ended & { said: string }> {
  const app = new AppProcess(env, { command, cwd: root });
  const ended = await app.ended;
  return { ...ended, said: app.stdout + app.stderr };
}

describe('a fresh checkout', () => {
  test('is built also where npm runs no scripts of its own accord', async () => {
    const root = checkout();
    for (const entry of ['src', 'migrations', 'bench', 'node_modules'])
      symlinkSync(join(PACKAGE_ROOT, entry), join(root, entry));
    mkdirSync(join(root, 'test', 'support'), { recursive: true });
    symlinkSync(join(PACKAGE_ROOT, 'test/support/fake-provider'), join(root, 'test/support/fake-provider'));
    const { code, said } = await run(root, ['npm', 'run', 'keys'], { npm_config_ignore_scripts: 'true' });
    expect(said).toContain('usage: npm run keys -- create');
    expect(code).toBe(64);
  });

  test('is installed also where npm is strict about the Node that is yet to be installed', async () => {
    const root = checkout();
    withoutPackages(root, '>=999');
    const prepare = [process.execPath, 'scripts/prepare.mjs', '--no-build'];
    const { code, said } = await run(root, prepare, { npm_config_engine_strict: 'true' });
    expect(said).not.toContain('EBADENGINE');
    expect(code).toBe(0);
  });

  // Node 22.18 runs everything but one package.
  test.each(['20.20.2', '22.18.0'])(
    'in a folder that no PATH can name says so, where that leaves it with Node %s',
    async (version) => {
      const root = checkout('a:b');
      const old = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`;
      const { code, said } = await run(root, [process.execPath, '--import', old, 'scripts/prepare.mjs'], {});
      const { engines } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as {
        engines: { node: string };
      };
      expect(said).toMatch(/no program is found below a path with ":": move .*a:b/);
      expect(said).toContain(`or install Node ${engines.node.slice(2)} or later`);
      expect(code).toBe(1);
    },
  );
});
