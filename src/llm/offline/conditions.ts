import type { Language } from '../language/language.js';
import { stem, wordsOf } from '../language/words.js';
import { excerpt, withStop } from './excerpt.js';
import type { OutlineStep } from './outline.js';
import type { Slot, SlotValues } from './pattern.js';
import type { HintKind } from './wording.js';
import { WORDING, quoted } from './wording.js';

const MOST_SUBSTEPS = 20;
const MINUTES_PER_CONDITION = 5;
const EXCERPT_LENGTH = 90;
const FACTS = ['deadline', 'quantity', 'budget', 'people', 'recipient', 'place'] as const satisfies readonly Slot[];
const CONDITIONS_KEY = 'conditions';

/** Words, in any of the languages, that tell what a hint is about. The first kind that matches wins. */
const TELLING: readonly (readonly [HintKind, RegExp])[] = [
  [
    'money',
    /[€$£]|(?<!\p{L})(?:budget|euros?|dollars?|cheap|money|costs?|price|afford|teuer|günstig|billig|geld|kosten|preis|argent|pas cher|prix|coût|dinero|barato|precio|gasto|presupuesto)(?!\p{L})/iu,
  ],
  [
    'limit',
    /(?<!\p{L})(?:no|not|never|without|avoid|don'?t|vegan|vegetarian|allerg\p{L}*|kein\p{L}*|nicht|ohne|nie|vermeiden|vegetarisch|pas|sans|jamais|éviter|végétarien\p{L}*|sin|nunca|evitar|vegetarian\p{L}*|nada)(?!\p{L})/iu,
  ],
  [
    'time',
    /(?<!\p{L})(?:\d{1,2} ?(?:am|pm|uhr|h)|hours?|days?|weeks?|months?|evenings?|mornings?|weekends?|deadline|before|by|until|time|stunden?|tage?|wochen?|monate?|abends?|morgens?|wochenenden?|frist|bis|zeit|heures?|jours?|semaines?|mois|soirs?|soirée|matin|week-ends?|délai|avant|temps|horas?|días?|semanas?|mes|meses|noches?|tardes?|fin de semana|plazo|antes|tiempo)(?!\p{L})/iu,
  ],
  [
    'people',
    /(?<!\p{L})(?:with|together|kids|children|guests|team|partner|mit|zusammen|kinder\p{L}?|gäste\p{L}?|avec|ensemble|enfants|invités|équipe|con|juntos|niños|invitados|equipo)(?!\p{L})/iu,
  ],
];

/** One hint as a sentence of the plan. Hints without a readable character give none. */
export function conditionSentences(hints: readonly string[], language: Language): readonly string[] {
  return hints.flatMap((hint) => {
    const text = excerpt(hint, EXCERPT_LENGTH);
    if (!/[\p{L}\p{N}\p{S}]/u.test(text)) return [];
    const kind = TELLING.find(([, words]) => words.test(text))?.[0] ?? 'other';
    return [WORDING[language].hint[kind].replace('…', () => quoted(text, language))];
  });
}

/** The plan with a step for the conditions behind its first one; all that waited for the first step waits for it too. */
export function withConditionsStep(
  steps: readonly OutlineStep[],
  sentences: readonly string[],
  language: Language,
): readonly OutlineStep[] {
  const [first, ...others] = steps;
  if (first === undefined || sentences.length === 0) return steps;
  const perStep = Math.ceil(sentences.length / MOST_SUBSTEPS);
  const substeps = Array.from({ length: Math.ceil(sentences.length / perStep) }, (_, index): OutlineStep => {
    const own = sentences.slice(index * perStep, (index + 1) * perStep);
    return {
      key: `${CONDITIONS_KEY}.${index}`,
      title: own.join(' · '),
      minutes: own.length * MINUTES_PER_CONDITION,
      after: [],
      substeps: [],
    };
  });
  const conditions: OutlineStep = {
    key: CONDITIONS_KEY,
    title: WORDING[language].conditions,
    minutes: sentences.length * MINUTES_PER_CONDITION,
    after: [first.key],
    substeps,
  };
  const rest = others.map((step) =>
    step.after.includes(first.key) ? { ...step, after: [...step.after, CONDITIONS_KEY] } : step,
  );
  return [first, conditions, ...rest];
}

/** The flat plan with each condition in the detail of the step that shares words with it, else spread from the first step on. */
export function withConditionsInDetails(
  steps: readonly OutlineStep[],
  sentences: readonly string[],
  language: Language,
): readonly OutlineStep[] {
  const stemsOf = (text: string): Set<string> =>
    new Set(
      wordsOf(text)
        .filter((word) => word.length > 3)
        .map((word) => stem(word, language)),
    );
  const topics = steps.map((step) => stemsOf(`${step.title} ${step.detail ?? ''}`));
  const extra = steps.map((): string[] => []);
  let unrelated = 0;
  for (const sentence of sentences) {
    const own = stemsOf(sentence.slice(sentence.search(/[“„«]/u)));
    const shared = topics.map((topic) => [...own].filter((word) => topic.has(word)).length);
    const most = Math.max(...shared);
    const index = most > 0 ? shared.indexOf(most) : unrelated++ % steps.length;
    extra[index]?.push(`${sentence}.`);
  }
  return steps.map((step, index) => withDetail(step, (extra[index] ?? []).join(' ')));
}

/** The plan with what the text states but no step shows yet, in the detail of the first step. */
export function withStatedFacts(
  steps: readonly OutlineStep[],
  values: SlotValues,
  shown: ReadonlySet<Slot>,
  language: Language,
): readonly OutlineStep[] {
  const [first, ...others] = steps;
  // Points that the text lists bear their own days and sums.
  const titles = steps.map(({ title }) => title);
  const quotedWhole = [shown.has('deliverable') ? values.deliverable : '', ...titles].join('\n').toLowerCase();
  const facts = FACTS.filter((slot) => !shown.has(slot)).flatMap((slot) => values[slot] ?? []);
  const missing = facts.filter((fact) => !quotedWhole.includes(fact.toLowerCase()));
  if (first === undefined || missing.length === 0) return steps;
  return [withDetail(first, withStop(WORDING[language].given.replace('…', () => missing.join(' · ')))), ...others];
}

/** The step with a sentence more in its detail. */
export function withDetail(step: OutlineStep, sentence: string): OutlineStep {
  if (sentence === '') return step;
  return { ...step, detail: step.detail === undefined || step.detail === '' ? sentence : `${step.detail} ${sentence}` };
}
