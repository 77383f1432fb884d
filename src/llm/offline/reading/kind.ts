import type { Language } from '../../language/language.js';
import { sensesOf } from '../../language/lexicon/lookup.js';
import type { WordSense } from '../../language/lexicon/lookup.js';
import type { TaskKind } from '../../language/lexicon/task-kind.js';
import { fold, wordsOf } from '../../language/words.js';
import { withPlainVerbs } from './phrases.js';

const WORDS_READ = 40;

/** Weights of what a word can say, and what the first telling word adds: requests begin with what matters. */
const WEIGHT = { verb: 3, thing: 2, hint: 1 } as const;
const FIRST_BONUS = 0.5;

/** Right behind one of these an English word names a thing, whatever else it can be: "my new phone", "an external drive". */
const BEFORE_NOUN = new Set(
  'a an the another my our your his her their this some any no more less new old big small first last external hard'.split(
    ' ',
  ),
);

/** What stands behind one of these is the occasion: "a speech for the wedding" is written, cases are packed before the party. */
const BEFORE_OCCASION = {
  en: new Set(['for', 'before', 'after']),
  de: new Set(['fur', 'vor', 'nach']),
  fr: new Set(['pour', 'avant', 'apres']),
  es: new Set(['para', 'antes', 'despues']),
} satisfies Record<Language, ReadonlySet<string>>;

/** "Cut the power before the trip": behind these stands a time, whatever is known of what stands before them. */
const BEFORE_TIME = new Set(['before', 'after', 'vor', 'avant', 'apres', 'antes', 'despues']);

/** At the end of a German request. */
const INFINITIVE = /(?:en|eln|ern)[\s.!?]*$/iu;

/** The kind of task that a text is about, by its verbs first and by the things it names second. */
export function kindOf(text: string, language: Language): TaskKind | undefined {
  const phrased = withPlainVerbs(text, language);
  const words = wordsOf(phrased, WORDS_READ);
  // A German request ends with its verb: "Drucker kaufen" is a purchase, whatever the first word sounds like.
  const main = language === 'de' && phrased === text && INFINITIVE.test(text) ? words.length - 1 : undefined;
  const occasion = words.findIndex((word) => BEFORE_OCCASION[language].has(word));
  const scores = new Map<TaskKind, number>();
  const seen = new Set<string>();
  const plain = fold(phrased);
  /** "A birthday cake" is a cake. */
  const isAttribute = (index: number) => {
    const next = words[index + 1] ?? '';
    return sensesOf(next, language).some(isThing) && plain.includes(`${words[index]} ${next}`);
  };
  const hasThing = () => [...seen].some((one) => one.endsWith('/thing'));
  for (const [index, word] of words.entries()) {
    const isMain = main === undefined ? scores.size === 0 : index === main;
    const bonus = isMain ? FIRST_BONUS : 0;
    const isOccasion =
      occasion !== -1 &&
      index > occasion &&
      (hasThing() || (scores.size > 0 && BEFORE_TIME.has(words[occasion] ?? '')));
    for (const { kind, role } of sensesOf(word, language)) {
      // "Plan" and "make" tell something only where the verb of a request stands.
      if (role === 'hint' && index > 0 && language !== 'de') continue;
      if (role === 'verb' && language === 'en' && BEFORE_NOUN.has(words[index - 1] ?? '')) continue;
      if (role === 'thing' && (isOccasion || (language === 'en' && isAttribute(index)))) continue;
      // One kind is not stronger for three things of it, so that a long list does not outvote the verb.
      if (seen.has(`${kind}/${role}`)) continue;
      seen.add(`${kind}/${role}`);
      scores.set(kind, (scores.get(kind) ?? 0) + WEIGHT[role] + bonus);
    }
  }
  let best: TaskKind | undefined;
  for (const [kind, score] of scores) if (best === undefined || score > (scores.get(best) ?? 0)) best = kind;
  return narrowed(best, seen);
}

/** What the words together say beyond their weights. @param seen `<kind>/<role>` of all words that counted. */
function narrowed(best: TaskKind | undefined, seen: ReadonlySet<string>): TaskKind | undefined {
  // To find a present is to buy one; offers and candidates are for what is looked for.
  if (best === 'find' && seen.has('buy/thing')) return 'buy';
  // Neither finances nor a diet are cleaned with a cloth.
  if (best === 'clean' && seen.has('habit/thing')) return 'habit';
  // A telephone that is set up, or given back, is not bought.
  if (best === 'buy' && !seen.has('buy/verb') && !seen.has('buy/hint')) {
    if (seen.has('habit/hint')) return 'habit';
    if (seen.has('chore/hint')) return 'chore';
    if (seen.has('general/hint')) return 'general';
  }
  // There are invitations only where people come together: to a week that is planned they do not.
  if (best === 'organise' && !seen.has('organise/verb') && !seen.has('organise/thing')) return 'general';
  // "Plan a bake sale": what others are invited to is more than an offer.
  if (best === 'sell' && seen.has('organise/hint') && !seen.has('sell/verb')) return 'organise';
  // A mistake is corrected where it is, also with the verb of texts.
  if (best === 'write' && seen.has('fix/thing') && !seen.has('write/thing'))
    return seen.has('make/thing') || seen.has('technical/thing') ? 'technical' : 'fix';
  // What is wrong with software is no leak, and its tests are no texts.
  if ((best === 'fix' || (best === 'write' && !seen.has('write/thing'))) && seen.has('technical/thing'))
    return 'technical';
  // A logo that is drafted is no text.
  if (best === 'write' && seen.has('make/thing') && !seen.has('write/thing')) return 'make';
  // Much can be started that is no company.
  if (best === 'venture' && !seen.has('venture/verb') && !seen.has('venture/thing')) return 'general';
  // "Create a company" is no handicraft, nor is a budget.
  if (best === 'make' && !seen.has('make/thing')) {
    if (seen.has('venture/thing')) return 'venture';
    if (seen.has('habit/thing')) return 'habit';
    // "Create a report", "draw up a power of attorney".
    if (seen.has('write/thing')) return 'write';
    if (seen.has('admin/thing')) return 'admin';
  }
  return best;
}

/** The kinds of the first of these folded words that can only be a verb to do; none when there is no such word. */
export function leadingKinds(words: readonly string[], language: Language): readonly TaskKind[] {
  for (const word of words.slice(0, WORDS_READ)) {
    const senses = sensesOf(word, language);
    if (senses.some(isVerb)) return senses.filter(isVerb).map(({ kind }) => kind);
  }
  return [];
}

function isThing({ role }: WordSense): boolean {
  return role === 'thing';
}

function isVerb({ role }: WordSense): boolean {
  return role === 'verb';
}
