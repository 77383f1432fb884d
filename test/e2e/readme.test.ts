import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/config.js';
import { PACKAGE_ROOT } from '../../src/config/package.js';
import { ApiClient } from '../support/client.js';
import { AppProcess } from '../support/process.js';
import { madeSession } from '../support/sessions.js';

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

async function blocks(language: string): Promise<string[]> {
  const readme = await readFile(join(PACKAGE_ROOT, 'README.md'), 'utf8');
  return [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map(([, block = '']) =>
    block.trim(),
  );
}

/** Commands as a reader pastes them: one per paragraph of a block. */
async function commands(): Promise<string[]> {
  return (await blocks('sh')).flatMap((block) => block.split(/\n\n+/));
}

/** What each block of settings puts into the environment, with a reader's own key. */
async function settings(): Promise<Record<string, string>[]> {
  return (await blocks('ini')).map((block) =>
    Object.fromEntries(
      [...block.replaceAll('<your key>', 'k').matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [
        name,
        value,
      ]),
    ),
  );
}

const TSC = join(PACKAGE_ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const STRICTLY = ['--ignoreConfig', '--noEmit', '--strict', '--target', 'ES2024', '--module', 'NodeNext'];
const FOR_NODE = ['--lib', 'ES2024', '--types', 'node'];
const FOR_BROWSERS = ['--lib', 'ES2024,DOM'];

async function expectFollows(file: string): Promise<void> {
  const key = (await readFile(join(folder, '.holdfast', 'bootstrap-key'), 'utf8')).trim();
  const { id } = await madeSession(new ApiClient(baseUrl, key), { council: { seats: 2, max_rounds: 2 } });
  const env = { PATH: process.env['PATH'], BASE: baseUrl, KEY: key, SESSION: id };
  const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', file], { env });
  expect(stdout).toMatch(/^seat-1: [^]*\n\d+ events, verified: true\n$/);
}

describe('the README', () => {
  it('holds commands that work as they stand, from the first to the last', async () => {
    const all = await commands();
    expect(all.slice(0, 2)).toEqual(['npm start', 'npm test']);
    for (const command of all.slice(1).filter((one) => !ELSEWHERE.has(one) && !one.startsWith('export'))) {
      const { stdout } = await run('sh', ['-ec', command.replaceAll('npm run', `npm --prefix ${PACKAGE_ROOT} run`)], {
        cwd: folder,
        env: {
          PATH: process.env['PATH'],
          HOME: process.env['HOME'],
          BASE: baseUrl,
          KEY: (await readFile(join(folder, '.holdfast', 'bootstrap-key'), 'utf8')).trim(),
          HOLDFAST_DATA_DIR: join(folder, '.holdfast'),
        },
      });
      const problem = /"code":"(\w+)"/.exec(stdout)?.[1];
      // One command shows what an error looks like.
      expect([command, problem]).toEqual([
        command,
        command.includes('"input_text": ""') ? 'validation_error' : undefined,
      ]);
      expect(stdout).not.toBe('');
    }
  });

  it('holds programs that are sound by the types of the client library, in Node and in browsers, and run', async () => {
    const examples = join(PACKAGE_ROOT, 'dist', 'readme');
    await mkdir(examples, { recursive: true });
    try {
      const programs = await blocks('ts');
      expect(programs).toHaveLength(2);
      for (const [index, program] of programs.entries()) {
        const file = join(examples, `example-${index}.ts`);
        await writeFile(file, program);
        const isForNode = program.includes('process.env');
        await run(process.execPath, [TSC, ...STRICTLY, ...(isForNode ? FOR_NODE : FOR_BROWSERS), file]);
        if (isForNode) await expectFollows(file);
      }
    } finally {
      await rm(examples, { recursive: true });
    }
  });

  it('names the folder and the variables as the server has them', async () => {
    const exports = (await commands()).find((command) => command.startsWith('export')) ?? '';
    const script = `${exports}\nprintf '%s %s' "$BASE" "$KEY"`;
    const { stdout } = await run('sh', ['-ec', script], { cwd: folder });
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:3000 hf_dev_\w+$/);
  });

  it('holds settings that are taken as they stand, none of them without effect', async () => {
    const configs = (await settings()).map((environment) => loadConfig(environment));
    expect(configs.map(({ llm }) => llm.providers.map(({ kind }) => kind))).toEqual([
      ['openai'],
      ['anthropic', 'openai'],
      ['openai-compatible'],
    ]);
    expect(configs.flatMap(({ warnings }) => warnings)).toEqual([]);
  });
});
