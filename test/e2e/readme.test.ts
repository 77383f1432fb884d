import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PACKAGE_ROOT } from '../../src/config/package.js';
import { AppProcess } from '../support/process.js';

const run = promisify(execFile);

/** Run by CI itself, around this very test. */
const ELSEWHERE = new Set(['npm test']);

let folder: string;
let app: AppProcess;
let baseUrl: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-readme-'));
  await chmod(folder, 0o755);
  app = new AppProcess({ PORT: '0', HOLDFAST_DATA_DIR: join(folder, '.holdfast') });
  baseUrl = await app.ready();
});

afterAll(async () => {
  await app.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Commands as a reader pastes them: one per paragraph of a block. */
async function commands(): Promise<string[]> {
  const readme = await readFile(join(PACKAGE_ROOT, 'README.md'), 'utf8');
  return [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.trim().split(/\n\n+/));
}

describe('the README', () => {
  it('holds commands that work as they stand, from the first to the last', async () => {
    const all = await commands();
    expect(all.slice(0, 2)).toEqual(['npm start', 'npm test']);
    for (const command of all.slice(1).filter((one) => !ELSEWHERE.has(one) && !one.startsWith('export'))) {
      const { stdout } = await run(
        'sh',
        ['-ec', command.startsWith('npm run') ? `cd ${PACKAGE_ROOT}; ${command}` : command],
        {
          cwd: folder,
          env: {
            PATH: process.env['PATH'],
            HOME: process.env['HOME'],
            BASE: baseUrl,
            KEY: (await readFile(join(folder, '.holdfast', 'bootstrap-key'), 'utf8')).trim(),
            HOLDFAST_DATA_DIR: join(folder, '.holdfast'),
          },
        },
      );
      const problem = /"code":"(\w+)"/.exec(stdout)?.[1];
      // One command shows what an error looks like.
      expect([command, problem]).toEqual([
        command,
        command.includes('"input_text": ""') ? 'validation_error' : undefined,
      ]);
      expect(stdout).not.toBe('');
    }
  });

  it('names the folder and the variables as the server has them', async () => {
    const exports = (await commands()).find((command) => command.startsWith('export')) ?? '';
    const script = `${exports}\nprintf '%s %s' "$BASE" "$KEY"`;
    const { stdout } = await run('sh', ['-ec', script], { cwd: folder });
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:3000 hf_dev_\w+$/);
  });
});
