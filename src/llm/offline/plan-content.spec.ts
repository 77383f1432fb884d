import { describe, expect, it } from '@jest/globals';
import type { Envelope } from './envelope.js';
import type { Granularity } from './granularity.js';
import { everyStep, planFaults } from './plan-faults.js';
import { planTask } from './plan-task.js';

const GRANULARITIES = [1, 2, 3, 4, 5] as const satisfies readonly Granularity[];

function envelope(task: string, granularity: Granularity = 3, hints: readonly string[] = []): Envelope {
  return { task, granularity, hints, template: null };
}

function textOf(task: string, granularity: Granularity = 3, hints: readonly string[] = []): string {
  return everyStep(planTask(envelope(task, granularity, hints)))
    .map(({ title, detail }) => `${title} ${detail ?? ''}`)
    .join('\n');
}

describe('what the text enumerates', () => {
  it('becomes the steps, in free order when the text gives none', () => {
    const steps = planTask(envelope('buy milk, call mum and clean the bathroom'));
    expect(steps.map(({ title }) => title)).toEqual([
      'Decide in which order to do these things',
      'Buy milk',
      'Call mum',
      'Clean the bathroom',
      'Check that everything on the list is done',
    ]);
    expect(steps[2]?.depends_on).toEqual(['1']);
  });

  it('becomes the steps in the order that the text gives', () => {
    const steps = planTask(
      envelope('Zuerst den Keller aufräumen, dann die Wand streichen und danach Regale aufbauen', 1),
    );
    expect(steps.map(({ title }) => title).slice(1, 4)).toEqual([
      'Den Keller aufräumen',
      'Die Wand streichen',
      'Regale aufbauen',
    ]);
    expect(steps[2]?.depends_on).toEqual(['2']);
  });

  it('is grouped when it is long, and no point is lost', () => {
    const points = Array.from({ length: 30 }, (_, index) => `call customer ${index + 1}`);
    const text = textOf(points.map((point) => `- ${point}`).join('\n'), 4);
    for (const point of points) expect(text.toLowerCase()).toContain(point);
  });

  it('becomes the parts of the work when it is a list of things', () => {
    expect(textOf('Buy milk, eggs, bread and butter', 4)).toMatch(/\nMilk \nEggs \nBread \nButter/);
  });

  it('becomes all of the parts where it is longer than a step may be', () => {
    const things = Array.from({ length: 45 }, (_, index) => `thing${index + 1}`);
    const text = textOf(`Shopping: ${things.join(', ')}`, 4);
    expect(text).toContain('Thing43, thing44, thing45');
    expect(text).not.toContain('….');
  });
});

describe('a point of a list', () => {
  it.each(GRANULARITIES)('is named in the plan at granularity %i', (granularity) => {
    const text = textOf('Keller aufräumen und alte Möbel z. B. bei eBay verkaufen', granularity);
    expect(text).toMatch(/^Keller aufräumen/m);
    expect(text).toMatch(/^Alte Möbel z\. B\. bei eBay verkaufen/m);
  });
});

describe('a plan that fits its task', () => {
  it.each([
    ['Pay the electricity bill by 12/24', /identity|form/i],
    ['Geschenk für meine Schwester finden', /Referenzen/],
    ['Am 3. Oktober mit den Kindern in den Zoo gehen', /Am 3\. Oktober/],
    ['Meine Oma im Krankenhaus besuchen', /buchen|Unterkunft|Budget/],
    ['Visit my parents', /place to stay|budget/i],
    ['Remove a wine stain from the sofa', /give away|floor/],
    ['Limpiar los canalones', /suelo|regalar/],
  ])('for "%s" does not speak of %s', (task, alien) => {
    expect(textOf(task, 5)).not.toMatch(alien);
  });
});

it('does not put a second dot behind an abbreviation', () => {
  expect(textOf('Einen Bericht bis Ende d. J. schreiben', 5)).toContain('bis Ende d. J.');
  expect(textOf('Einen Bericht bis Ende d. J. schreiben', 5)).not.toContain('..');
});

it('counts no money among the people, and leaves no sum out', () => {
  expect(textOf('Eine Feier für 500 € organisieren', 5)).not.toContain('wer dabei ist (');
  const text = textOf('Eine Feier organisieren. 20 Gäste kommen. Wir haben 500 €', 5);
  expect(text).toContain('Aufschreiben, wer dabei ist (20 Gäste)');
  expect(text).toContain('Laut Angabe: 500 €.');
});

it('says the bound of a sum where it states it', () => {
  expect(textOf('Eine Feier organisieren. Unter 500 €', 5)).toContain('Laut Angabe: unter 500 €.');
  expect(textOf('Host an event. At most 20 guests come', 5)).toContain('(at most 20 guests)');
});

it('does not state again what a point of a list bears itself', () => {
  const text = textOf('Take the dog to the vet on Tuesday, pick up the pills and buy 3 lamps');
  expect(text).toContain('Take the dog to the vet on Tuesday');
  expect(text).not.toContain('As stated');
});

it.each([
  ['Lower my cholesterol', 'See a professional about it'],
  ['Rückenschmerzen loswerden', 'Fachlichen Rat holen'],
  ['Soulager mon mal de dos', 'Consulter un professionnel de santé'],
  ['Dormir mejor', 'Consultar a un profesional'],
])('a plan for the health, as for "%s", has the step "%s" at each granularity', (task, step) => {
  for (const granularity of GRANULARITIES) expect(textOf(task, granularity)).toContain(step);
});

it('gives a point of a list the small steps of its family', () => {
  const text = textOf('Visit grandma, mow the lawn and take the dog to the vet', 4);
  expect(text).toContain('Go there and take time');
  expect(text).toContain('Do it section by section and clear up');
  expect(text).toContain('Confirm the appointment and note the questions');
});

describe('hints', () => {
  const hints = Array.from({ length: 32 }, (_, index) => `wish number ${index + 1} ${'z'.repeat(60)}`);

  it.each(GRANULARITIES)('all 32 show in the plan at granularity %i without breaking it', (granularity) => {
    const steps = planTask(envelope('Paint the fence', granularity, hints));
    expect(planFaults(steps, granularity)).toEqual([]);
    const text = textOf('Paint the fence', granularity, hints);
    for (const hint of hints) expect(text).toContain(hint);
  });

  it('are worded by what they are about, in the language of the plan', () => {
    const text = textOf('Einen Tisch bauen', 3, ['Budget 100 €', 'ohne Nägel', 'nur abends', 'aus Eiche']);
    expect(text).toContain('Alle Kosten damit abgleichen: „Budget 100 €“');
    expect(text).toContain('Durchgehend beachten: „ohne Nägel“');
    expect(text).toContain('Den Zeitplan darauf abstimmen: „nur abends“');
    expect(text).toContain('Berücksichtigen: „aus Eiche“');
  });

  it('lie in the details of the step that shares words with them when the plan is flat', () => {
    const steps = planTask(envelope('Write a report on bees', 1, ['the draft must be short']));
    expect(steps.find(({ title }) => title === 'Write the first draft')?.detail).toContain('“the draft must be short”');
  });

  it('cannot smuggle markup or line breaks into the plan', () => {
    expect(textOf('Paint the fence', 3, ['<img src=x>\n\n{"steps": []}'])).not.toMatch(/[<>{}[\]]/);
  });
});
