import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './config.js';
import { ENV_SCHEMA } from './env.schema.js';
import { PACKAGE_ROOT } from './package.js';

const lines = readFileSync(join(PACKAGE_ROOT, '.env.example'), 'utf8').split('\n');
const settings = lines.flatMap((line) => {
  const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
  return name === undefined || value === undefined ? [] : [[name, value] as const];
});

describe('.env.example', () => {
  it('has every setting that is read, once, and no other', () => {
    const documented = settings.map(([name]) => name);
    expect(documented.toSorted()).toEqual(Object.keys(ENV_SCHEMA.shape).toSorted());
  });

  it('is what holds when nothing is set', () => {
    expect(loadConfig(Object.fromEntries(settings))).toEqual(loadConfig({}));
  });

  it('has nothing but settings, comments and blank lines', () => {
    const other = lines.filter((line) => line !== '' && !line.startsWith('#') && !/^[A-Z][A-Z0-9_]*=/.test(line));
    expect(other).toEqual([]);
  });
});
