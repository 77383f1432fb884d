import { detectLanguage } from '../../../llm/language/detect-language.js';
import type { Language } from '../../../llm/language/language.js';
import { LANGUAGES, perLanguage } from '../../../llm/language/language.js';
import type { TaskKind } from '../../../llm/language/lexicon/task-kind.js';
import { stem, wordsOf } from '../../../llm/language/words.js';
import { kindOf, leadingKinds } from '../../../llm/offline/reading/kind.js';
import { listsTasks, topicOf } from '../../../llm/offline/reading/task-reading.js';
import { MatchableText } from './matchable-text.js';
import { Relevance } from './relevance.js';
import type { Template } from './template.js';
import type { Span, Trigger } from './trigger.js';
import { matchTrigger, parseTrigger } from './trigger.js';
import { TriggerIndex } from './trigger-index.js';

/** A long text may mention anything: there the trigger must come early and the rest must speak of the matter too. */
const LONG_TEXT = 40;
const EARLY = 25;
const LEAST_RELEVANCE_OF_LONG_TEXT = 3;

/** A template that a text is about, and the language in which that showed. */
export interface Match {
  readonly template: Template;
  readonly language: Language;
}

interface Entry {
  readonly template: Template;
  readonly triggers: readonly Trigger[];
  readonly blockers: ReadonlySet<string>;
  readonly rivals: ReadonlySet<string>;
}

interface Candidate {
  readonly template: Template;
  readonly relevance: number;
}

/** All templates as one language knows them. */
interface Shelf {
  readonly entries: readonly Entry[];
  readonly index: TriggerIndex;
  readonly relevance: Relevance;
}

/** Finds the template that a text is about. Precision before recall: a wrong template is worse than the general frame. */
export class Retrieval {
  private readonly shelves: Readonly<Record<Language, Shelf>>;

  constructor(templates: readonly Template[]) {
    this.shelves = perLanguage((language) => {
      const entries = templates.map((template) => entryOf(template, language));
      return {
        entries,
        index: new TriggerIndex(entries.map(({ triggers }) => triggers)),
        relevance: new Relevance(templates.map((template) => documentOf(template, language))),
      };
    });
  }

  /**
   * The best match for a text, among all templates or the named ones; undefined when the text is about none of them, or lists its
   * own steps.
   */
  find(text: string, among?: ReadonlySet<string>): Match | undefined {
    const detected = detectLanguage(text);
    if (listsTasks(text, detected)) return undefined;
    const isNamed = ({ template }: Entry): boolean => among === undefined || among.has(template.id);
    for (const language of detected.certain ? [detected.language] : LANGUAGES) {
      const best = this.bestFor(text, language, isNamed);
      if (best !== undefined) return { template: best.template, language };
    }
    return undefined;
  }

  /** The sentence that asks for something is the best witness; what stands around it comes second. */
  private bestFor(text: string, language: Language, isNamed: (entry: Entry) => boolean): Candidate | undefined {
    const topic = topicOf(text, language);
    // "Do we move or stay?" is not yet a move.
    if (kindOf(topic, language) === 'decide') return undefined;
    const asked = new MatchableText(topic, language);
    const best = this.bestIn(asked, language, isNamed);
    if (best !== undefined || topic === text) return best;
    // "Grandma turns 80 and I want to make her an album": what is asked for weighs more than its occasion.
    const mayMatch = (entry: Entry): boolean => isNamed(entry) && !asked.stems.some((word) => entry.rivals.has(word));
    return this.bestIn(new MatchableText(text, language), language, mayMatch);
  }

  private bestIn(text: MatchableText, language: Language, mayMatch: (entry: Entry) => boolean): Candidate | undefined {
    const { entries, index, relevance } = this.shelves[language];
    const candidates = index.candidates(text.known);
    if (candidates.size === 0) return undefined;
    const kinds = leadingKinds(text.words, language);
    const occasionAt = occasionOf(text, language);
    let best: Candidate | undefined;
    for (const [number, entry] of entries.entries()) {
      if (!candidates.has(number) || !isOfKind(entry.template, kinds) || !mayMatch(entry)) continue;
      const score = relevance.score(number, text.known);
      if (isAbout(entry, text, { relevance: score, occasionAt }) && (!best || score > best.relevance))
        best = { template: entry.template, relevance: score };
    }
    return best;
  }
}

function isOfKind(template: Template, kinds: readonly TaskKind[]): boolean {
  return kinds.length === 0 || kinds.some((kind) => template.about.kinds.includes(kind));
}

interface Evidence {
  readonly relevance: number;
  /** From this word on the text tells when something is done, not what. */
  readonly occasionAt: number;
}

function isAbout(entry: Entry, text: MatchableText, { relevance, occasionAt }: Evidence): boolean {
  if (text.stems.some((word) => entry.blockers.has(word))) return false;
  const isLong = text.words.length > LONG_TEXT;
  if (isLong && relevance < LEAST_RELEVANCE_OF_LONG_TEXT) return false;
  return entry.triggers.some((trigger) => {
    const span = matchTrigger(trigger, text);
    if (span === undefined || span.start >= occasionAt) return false;
    return !hasRival(entry, text, span) && (!isLong || span.start < EARLY);
  });
}

/** Folded words behind which stands the time of a task: "exchange my licence before we move". */
const OCCASION = {
  en: /^(?:before|after|during|while)$/,
  de: /^(?:bevor|nachdem|wahrend|nach)$/,
  fr: /^(?:avant|apres|pendant|durant)$/,
  es: /^(?:antes|despues|durante|mientras)$/,
} satisfies Record<Language, RegExp>;

/** "What to do before the move" names no other task than the move. */
const NAMES_NO_TASK =
  /^(?:what|things|checklist|everything|list|was|alles|checkliste|liste|que|quoi|tout|choses|cosas|todo|lista)$/;

/** Where the time of a task begins; behind the end of the text where there is none, or no task before it. */
function occasionOf({ words }: MatchableText, language: Language): number {
  const at = words.findIndex((word, index) => index > 1 && OCCASION[language].test(word) && !isGoal(words, index));
  return at === -1 || words.slice(0, at).some((word) => NAMES_NO_TASK.test(word)) ? words.length : at;
}

/** "Nach Rom" and "nach Hause" say where; of time it speaks with an article. */
function isGoal(words: readonly string[], index: number): boolean {
  return words[index] === 'nach' && !/^(?:dem|der|den|meine[mr]|unsere[mr])$/.test(words[index + 1] ?? '');
}

/** "Anniversaire de mariage": what such a word joins stands as close as in one word. */
const JOINS = /^(?:de|du|des|d|del|of)$/;

/** A rival before the matched words, between them or right behind them is what the text is really about ("birthday cake"). */
function hasRival(entry: Entry, text: MatchableText, span: Span): boolean {
  const next = JOINS.test(text.words[span.end + 1] ?? '') ? span.end + 2 : span.end + 1;
  return text.stems.slice(0, next + 1).some((word) => entry.rivals.has(word));
}

function stemsOf(words: readonly string[], language: Language): Set<string> {
  return new Set(words.flatMap((word) => wordsOf(word)).map((word) => stem(word, language)));
}

function entryOf(template: Template, language: Language): Entry {
  const { triggers, blockers, rivals } = template.about;
  return {
    template,
    triggers: triggers[language].map((source) => parseTrigger(source, language)),
    blockers: stemsOf(blockers, language),
    rivals: stemsOf(rivals, language),
  };
}

function documentOf(template: Template, language: Language): readonly string[] {
  const { triggers, keywords } = template.about;
  return wordsOf([...triggers[language], ...keywords[language], template.title[language]].join(' ')).map((word) =>
    stem(word, language),
  );
}
