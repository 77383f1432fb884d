import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './config.js';
import { ENV_SCHEMA, PROVIDER_SCHEMA } from './env.schema.js';
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

describe('what it says of a provider', () => {
  const documented = lines.flatMap((line) => {
    const [, field, text] = /^# LLM_<NAME>_([A-Z_]+): (.*)$/.exec(line) ?? [];
    return field === undefined || text === undefined ? [] : [{ field, text }];
  });
  const settingsOf = (field: string, value: string) => ({
    LLM_PROVIDERS: 'a',
    LLM_A_KIND: 'openai-compatible',
    LLM_A_BASE_URL: 'http://127.0.0.1:8000/v1',
    LLM_A_MODEL: 'm',
    [`LLM_A_${field}`]: value,
  });
  const ranges = documented.flatMap(({ field, text }) => {
    const [, min, max] = /^(\d+)–(\d+)\b(?! printable)/.exec(text) ?? [];
    return min === undefined || max === undefined ? [] : [{ field, min: Number(min), max: Number(max) }];
  });

  it('is every field, once, and no other', () => {
    expect(documented.map(({ field }) => field).toSorted()).toEqual(Object.keys(PROVIDER_SCHEMA.shape).toSorted());
  });

  it('has a range for every number', () => {
    expect(ranges.map(({ field }) => field)).toEqual(
      Object.keys(PROVIDER_SCHEMA.shape).filter((field) => /_(MS|TOKENS|CONCURRENCY)$/.test(field)),
    );
  });

  it.each(ranges)('is the range that holds for $field', ({ field, min, max }) => {
    for (const value of [min, max]) expect(() => loadConfig(settingsOf(field, String(value)))).not.toThrow();
    for (const value of [min - 1, max + 1])
      expect(() => loadConfig(settingsOf(field, String(value)))).toThrow(`between ${min} and ${max}`);
  });

  it.each(documented.filter(({ text }) => /Default \d+/.test(text)))('is the default of $field', ({ field, text }) => {
    const stated = /Default (\d+)/.exec(text)?.[1] ?? '';
    expect(loadConfig(settingsOf(field, ''))).toEqual(loadConfig(settingsOf(field, stated)));
  });

  it.each(documented.filter(({ text }) => /^\w[\w-]* \| /.test(text)))(
    'is the choice for $field',
    ({ field, text }) => {
      const choices = /^[\w-]+(?: \| [\w-]+)+/.exec(text)?.[0].split(' | ') ?? [];
      const shape: Record<string, { safeParse(value: unknown): { success: boolean } }> = PROVIDER_SCHEMA.shape;
      for (const choice of choices) expect(shape[field]?.safeParse(choice).success).toBe(true);
      expect(() => loadConfig(settingsOf(field, 'another'))).toThrow(`must be one of ${choices.join(', ')}`);
    },
  );
});
