import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
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
});
