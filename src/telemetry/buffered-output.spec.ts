import { execFileSync } from 'node:child_process';
import { closeSync, constants, existsSync, mkdtempSync, openSync, readFileSync, rmSync, write } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BufferedOutput } from './buffered-output.js';

let folder: string;
let file: string;
let descriptor: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-output-'));
  file = join(folder, 'out');
  descriptor = openSync(file, 'w');
});

afterEach(() => {
  closeSync(descriptor);
  rmSync(folder, { recursive: true });
});

const written = () => readFileSync(file, 'utf8');

/** A device that is always full, as a disk may be; only Linux has it. */
const FULL_DEVICE = '/dev/full';
const itWithFullDevice = existsSync(FULL_DEVICE) ? it : it.skip;

/** Puts another file under an open descriptor: the system gives out the lowest free one. */
function reopen(wanted: number, path: string): void {
  const others: number[] = [];
  closeSync(wanted);
  for (let got = openSync(path, 'a'); got !== wanted; got = openSync(path, 'a')) others.push(got);
  for (const other of others) closeSync(other);
}

describe('the output of logs', () => {
  it('holds every line once and in order, whatever their lengths and characters', async () => {
    const output = new BufferedOutput(descriptor);
    const lines = Array.from({ length: 5_000 }, (_, n) => `${n} ${'é🎉x'.repeat(n % 50)}\n`);
    lines.splice(1_000, 0, `${'long'.repeat(40_000)}\n`);
    for (const line of lines) output.write(line);
    output.flush();
    const all = lines.join('');
    while (written().length < all.length) await new Promise(setImmediate);
    expect(written()).toBe(all);
  });

  it('gathers lines instead of writing each one', () => {
    const output = new BufferedOutput(descriptor);
    output.write('one\n');
    expect(written()).toBe('');
    output.flushSync();
    expect(written()).toBe('one\n');
  });

  it('writes by itself what waits', async () => {
    const output = new BufferedOutput(descriptor);
    output.write('one\n');
    output.flush();
    while (written() === '') await new Promise(setImmediate);
    expect(written()).toBe('one\n');
  });

  it('goes on in silence when the reader has gone', () => {
    const output = new BufferedOutput(-1);
    output.write('one\n');
    expect(() => output.flushSync()).not.toThrow();
  });

  it('takes no more room than the lines need while the reader stands still', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    try {
      const output = new BufferedOutput(reader);
      // More than a pipe holds: from here on nothing is taken.
      for (let n = 0; n < 32; n++) output.write(`${'x'.repeat(16_000)}\n`);
      output.flush();
      await new Promise((resolve) => write(reader, 'probe', resolve));
      const before = process.memoryUsage().arrayBuffers;
      for (let n = 0; n < 500; n++) {
        output.write('one\n');
        output.flush();
      }
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024);
    } finally {
      closeSync(reader);
    }
  });

  itWithFullDevice('goes on where it had to stop once a full disk has room again', async () => {
    reopen(descriptor, FULL_DEVICE);
    const output = new BufferedOutput(descriptor);
    output.write('one\n');
    output.flush();
    // The failed write has been reported once a later one has ended.
    const failed = new Promise((resolve) => write(descriptor, 'probe', resolve));
    expect(await failed).toMatchObject({ code: 'ENOSPC' });
    await new Promise(setImmediate);
    reopen(descriptor, file);
    output.write('two\n');
    while (!written().includes('two')) await new Promise(setImmediate);
    expect(written()).toBe('one\ntwo\n');
  });
});
