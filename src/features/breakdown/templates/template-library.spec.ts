import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StartupFault } from '../../../config/startup-fault.js';
import { LANGUAGES } from '../../../llm/language/language.js';
import type { Granularity } from '../../../llm/offline/granularity.js';
import { planFaults } from '../../../llm/offline/plan-faults.js';
import { planTask } from '../../../llm/offline/plan-task.js';
import type { Template } from './template.js';
import { TemplateLibrary } from './template-library.js';

const library = TemplateLibrary.load('config/templates');
const GRANULARITIES = [1, 2, 3, 4, 5] as const satisfies readonly Granularity[];
const TASKS = [
  '',
  'x',
  'Do it in Berlin by Friday with Anna, 12 kids',
  'Bis Freitag in Wien mit meinem Bruder, 3 Zimmer',
  'Avant le 3 mai à Lyon avec ma sœur, 10 pages',
  'Para el lunes en Madrid con mi jefe, 8 personas',
  '🎉'.repeat(2_000),
];

describe('the templates of the installation', () => {
  it('are ten', () => {
    expect(library.list()).toHaveLength(10);
  });

  const cases = library.list().flatMap((template) => LANGUAGES.map((language) => ({ id: template.id, language })));

  it.each(cases)('$id in $language keeps the contract for any text at each granularity', ({ id, language }) => {
    const template = library.get(id);
    expect(template).toBeDefined();
    if (template === undefined) return;
    for (const granularity of GRANULARITIES) {
      for (const task of TASKS) {
        const steps = planTask({
          task,
          granularity,
          hints: ['budget 10 €'],
          template: library.localise(template, language),
        });
        expect(JSON.stringify(steps)).not.toMatch(/\( | \)|\(\)/);
        expect({ task, granularity, faults: planFaults(steps, granularity) }).toEqual({
          task,
          granularity,
          faults: [],
        });
      }
    }
  });

  it('show what the text says, and only then', () => {
    const [template] = library.list();
    const plan = (task: string): string =>
      JSON.stringify(
        planTask({
          task,
          granularity: 5,
          hints: [],
          template: template === undefined ? null : library.localise(template, 'en'),
        }),
      );
    expect(plan('Party in Oslo for 12 kids')).toContain('(Oslo)');
    expect(plan('Party')).not.toContain('(');
  });

  it('cannot be changed once loaded', () => {
    const [template] = library.list();
    expect(() => Object.assign(template?.steps[0]?.title ?? {}, { en: 'changed' })).toThrow(TypeError);
    expect(() => Array.prototype.push.call(library.list(), template)).toThrow(TypeError);
  });
});

describe('choosing a template', () => {
  it('takes the named one that the text is about, else the first that was named', () => {
    expect(library.choose('Plan a trip to Rome', ['tax-return', 'holiday-trip'])?.template.id).toBe('holiday-trip');
    expect(library.choose('Fix my bike', ['tax-return', 'holiday-trip'])?.template.id).toBe('tax-return');
  });

  it('takes what the text is about when none is named, in the language of the text', () => {
    expect(library.choose('Urlaub in Italien planen', [])).toMatchObject({
      language: 'de',
      template: { id: 'holiday-trip' },
    });
    expect(library.choose('Fix my bike', [])).toBeUndefined();
  });
});

describe('loading a folder of templates', () => {
  const good = JSON.parse(readFileSync('config/templates/tax-return.json', 'utf8')) as Template;
  const [first, ...others] = good.steps;
  const withFirst = (change: object): object => ({ ...good, steps: [{ ...first, ...change }, ...others] });
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'templates-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function load(...contents: readonly unknown[]): TemplateLibrary {
    contents.forEach((content, index) =>
      writeFileSync(join(folder, `${index}.json`), typeof content === 'string' ? content : JSON.stringify(content)),
    );
    return TemplateLibrary.load(folder);
  }

  it('accepts what is sound', () => {
    expect(load(good).get('tax-return')?.id).toBe('tax-return');
  });

  it.each([
    ['no JSON', '{'],
    ['a part that is missing', { ...good, title: { en: 'x' } }],
    ['a part that nobody knows', { ...good, colour: 'red' }],
    ['a slot outside brackets', withFirst({ title: { ...first?.title, de: 'Bis {deadline}' } })],
    ['a step that waits for a later one', withFirst({ depends_on: ['file'] })],
    ['a step without minutes', withFirst({ substeps: [] })],
  ])('refuses to start over a file with %s, and names the file', (_, content) => {
    expect(() => load(good, content)).toThrow(StartupFault);
    expect(() => load(good, content)).toThrow(/1\.json/);
  });

  it('refuses to start over two templates of one id, or a folder that is not there', () => {
    expect(() => load(good, good)).toThrow(/used twice/);
    expect(() => TemplateLibrary.load(join(folder, 'nowhere'))).toThrow(StartupFault);
  });
});
