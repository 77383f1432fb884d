import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StartupFault } from '../config/startup-fault.js';
import { loadPrompt } from './prompt.js';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'prompts-'))));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a prompt', () => {
  it('is what its file says, without blank lines around it', () => {
    writeFileSync(join(folder, 'a.v1.md'), '\nDo it.\n\n');
    expect(loadPrompt('a.v1.md', folder)).toBe('Do it.');
  });

  it('stops the start when its file is missing or empty', () => {
    writeFileSync(join(folder, 'empty.v1.md'), ' \n');
    for (const file of ['nowhere.v1.md', 'empty.v1.md']) expect(() => loadPrompt(file, folder)).toThrow(StartupFault);
  });
});
