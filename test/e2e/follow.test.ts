import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PACKAGE_ROOT } from '../../src/config/package.js';
import { BOOTSTRAP_KEY } from '../support/app.js';
import { CouncilApp } from '../support/council-app.js';
import { contentFilter } from '../support/fake-provider/index.js';
import { AppProcess } from '../support/process.js';
import { installed, itWith } from '../support/stream/programs.js';

let council: CouncilApp;
let folder: string;

beforeAll(async () => {
  council = await CouncilApp.start();
  folder = await mkdtemp(join(tmpdir(), 'holdfast-follow-'));
});
afterAll(async () => {
  await council.close();
  await rm(folder, { recursive: true, force: true });
});

/** `npm run follow`, its output in no terminal. */
async function follow(args: readonly string[], env: Record<string, string> = {}) {
  const settings = { BASE_URL: council.api.baseUrl, HOLDFAST_DATA_DIR: folder, HOLDFAST_BOOTSTRAP_KEY: BOOTSTRAP_KEY };
  const program = new AppProcess({ ...settings, ...env }, { program: 'follow', args });
  const { code } = await program.ended;
  return { code, stdout: program.stdout, stderr: program.stderr };
}

/** As {@link follow} in a shell that leads its output somewhere. @returns what it says beside that. */
async function followInto(where: string, id: string): Promise<string> {
  const program = join(PACKAGE_ROOT, 'dist', 'src', 'follow.js');
  const line = `{ "${process.execPath}" "${program}" ${id}; echo "ended with $?" >&2; } ${where}`;
  const settings = { BASE_URL: council.api.baseUrl, HOLDFAST_BOOTSTRAP_KEY: BOOTSTRAP_KEY };
  const shell = new AppProcess(settings, { command: ['/bin/sh', '-c', line] });
  await shell.ended;
  return shell.stderr;
}

describe('npm run follow', () => {
  it('tells of a council line by line, from its beginning to its plan, and ends with 0', async () => {
    const id = await council.create({ seats: 2, max_rounds: 2 });
    const { code, stdout, stderr } = await follow([id]);
    const log = await council.log(id);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('  session started: ');
    expect(stdout).toContain('  seat-1 in round 1: Point of seat-1 in round 1');
    expect(stdout).toContain('1. Rent the station (60 min, owner)');
    expect(stdout).toMatch(new RegExp(`completed: ${log.length} events, all of them verified\n$`));
    expect(stdout).not.toContain('\u001b');
  });

  itWith(
    process.platform === 'linux' ? installed('script') : undefined,
    'script of util-linux',
    'draws over its own lines in a terminal, in colours unless NO_COLOR is set',
    async (script) => {
      const id = await council.create({ seats: 2, max_rounds: 1 });
      const command = `${process.execPath} ${join(PACKAGE_ROOT, 'dist', 'src', 'follow.js')} ${id}`;
      const drawn = async (env: Record<string, string>) => {
        const settings = { BASE_URL: council.api.baseUrl, HOLDFAST_BOOTSTRAP_KEY: BOOTSTRAP_KEY, TERM: 'xterm' };
        const terminal = new AppProcess({ ...settings, ...env }, { command: [script, '-qec', command, '/dev/null'] });
        expect((await terminal.ended).code).toBe(0);
        return terminal.stdout.replaceAll('\u001b', 'ESC');
      };
      const coloured = await drawn({});
      expect(coloured).toMatch(/ESC\[\d+A\r+ESC\[J/);
      expect(coloured).toContain('ESC[32mcompletedESC[0m');
      const plain = await drawn({ NO_COLOR: '1' });
      expect(plain).toMatch(/ESC\[\d+A\r+ESC\[J/);
      expect(plain).not.toMatch(/ESC\[\d+m/);
    },
  );

  it('ends with 1 when the session fails, and with 2 when it is cancelled', async () => {
    const cancelled = await council.create({}, { start: false });
    await council.control(cancelled, 'cancel');
    expect(await follow([cancelled])).toMatchObject({ code: 2 });
    council.meet(/./, contentFilter());
    const failed = await council.create();
    const report = await follow([failed]);
    council.heal();
    expect(report).toMatchObject({ code: 1, stderr: '' });
    expect(report.stdout).toMatch(/failed \(\w+: .*\): 2 events, all of them verified\n$/);
  });

  it('ends without a word when nobody reads on', async () => {
    const id = await council.create({ seats: 2, max_rounds: 1 });
    expect(await followInto('| :', id)).toBe('ended with 74\n');
  });

  itWith(
    process.platform === 'linux' ? '/dev/full' : undefined,
    '/dev/full of Linux',
    'says so when what it tells cannot be written',
    async (full) => {
      const id = await council.create({ seats: 2, max_rounds: 1 });
      expect(await followInto(`> ${full}`, id)).toMatch(/^holdfast: ENOSPC.*\nended with 74\n$/);
    },
  );

  it('shows nothing of credentials in the URL', async () => {
    const refused = await follow(['ses_1', '--url', council.api.baseUrl.replace('//', '//someone:secret@')]);
    expect(refused).toMatchObject({ code: 64, stdout: '' });
    expect(refused.stderr).not.toContain('secret');
  });

  it('shows nothing of a file that holds more than a key, or none', async () => {
    const file = join(folder, 'several');
    for (const text of [`${BOOTSTRAP_KEY}\nanother_${BOOTSTRAP_KEY}\n`, 'clé', '\n']) {
      await writeFile(file, text);
      const refused = await follow(['ses_00000000000000000000000000', '--key-file', file]);
      expect(refused).toEqual({
        code: 64,
        stdout: '',
        stderr: `holdfast: ${file} must hold one key and nothing else: name the file of your key with --key-file.\n`,
      });
    }
  });

  it('takes the key from a file, and says who it is that may not, or what is not there', async () => {
    const id = await council.create({ seats: 2, max_rounds: 1 });
    const [good, bad] = [join(folder, 'good'), join(folder, 'bad')];
    await writeFile(good, `${BOOTSTRAP_KEY}\n`);
    await writeFile(bad, 'nobody');
    expect(await follow([id, '--key-file', good, '--url', council.api.baseUrl])).toMatchObject({ code: 0 });
    expect(await follow([id, '--key-file', bad])).toMatchObject({ code: 77, stdout: '' });
    const without = await follow([id], { HOLDFAST_BOOTSTRAP_KEY: '' });
    expect(without.code).toBe(64);
    expect(without.stderr).toContain('--key-file');
    expect(await follow(['ses_00000000000000000000000000'])).toMatchObject({ code: 66, stdout: '' });
    const lost = await follow([]);
    expect(lost.code).toBe(64);
    expect(lost.stderr).toContain('usage: ');
  });
});
