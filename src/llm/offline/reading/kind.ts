import type { Language } from '../../language/language.js';
import { sensesIn, sensesOf } from '../../language/lexicon/lookup.js';
import type { WordSense } from '../../language/lexicon/lookup.js';
import type { TaskKind } from '../../language/lexicon/task-kind.js';

const WORDS_READ = 40;

/** Weights of what a word can say, and what the first telling word adds: requests begin with what matters. */
const WEIGHT = { verb: 3, thing: 2, hint: 1 } as const;
const FIRST_BONUS = 0.5;

/** Turns of phrase that mean another thing than their single words, and the word that stands for them. */
const PHRASES = {
  en: [
    [/(?<!\p{L})find(?:ing)? out(?!\p{L})/giu, 'research'],
    [/^(?:should|shall) (?:i|we)(?!\p{L})/iu, 'decide'],
  ],
  de: [[/^(?:soll|sollen|sollte|sollten) (?:ich|wir)(?!\p{L})/iu, 'entscheiden']],
  fr: [[/^(?:dois-je|devrais-je|devons-nous|faut-il|est-ce que je (?:dois|devrais))(?!\p{L})/iu, 'décider']],
  es: [[/^¿?(?:debo|debería|deberíamos|debemos)(?!\p{L})/iu, 'decidir']],
} satisfies Record<Language, readonly (readonly [RegExp, string])[]>;

/** The kind of task that a text is about, by its verbs first and by the things it names second. */
export function kindOf(text: string, language: Language): TaskKind | undefined {
  const phrased = PHRASES[language].reduce((result, [phrase, word]) => result.replace(phrase, word), text);
  const words = sensesIn(phrased, language, WORDS_READ);
  const scores = new Map<TaskKind, number>();
  const seen = new Set<string>();
  for (const [index, senses] of words.entries()) {
    const bonus = scores.size === 0 ? FIRST_BONUS : 0;
    for (const { kind, role } of senses) {
      // "Plan" and "make" tell something only where the verb of a request stands.
      if (role === 'hint' && index > 0 && language !== 'de') continue;
      // One kind is not stronger for three things of it, so that a long list does not outvote the verb.
      if (seen.has(`${kind}/${role}`)) continue;
      seen.add(`${kind}/${role}`);
      scores.set(kind, (scores.get(kind) ?? 0) + WEIGHT[role] + bonus);
    }
  }
  let best: TaskKind | undefined;
  for (const [kind, score] of scores) if (best === undefined || score > (scores.get(best) ?? 0)) best = kind;
  // To find a present is to buy one; offers and candidates are for what is looked for.
  return best === 'find' && seen.has('buy/thing') ? 'buy' : best;
}

/** The kinds of the first of these folded words that can only be a verb to do; none when there is no such word. */
export function leadingKinds(words: readonly string[], language: Language): readonly TaskKind[] {
  for (const word of words.slice(0, WORDS_READ)) {
    const senses = sensesOf(word, language);
    if (senses.some(isVerb)) return senses.filter(isVerb).map(({ kind }) => kind);
  }
  return [];
}

function isVerb({ role }: WordSense): boolean {
  return role === 'verb';
}
