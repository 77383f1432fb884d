import { detectLanguage } from '../../../llm/language/detect-language.js';
import type { Language } from '../../../llm/language/language.js';
import { LANGUAGES, perLanguage } from '../../../llm/language/language.js';
import type { TaskKind } from '../../../llm/language/lexicon/task-kind.js';
import { stem, wordsOf } from '../../../llm/language/words.js';
import { leadingKinds } from '../../../llm/offline/reading/kind.js';
import { findNamedPlace } from '../../../llm/offline/reading/place.js';
import { readTask, topicOf } from '../../../llm/offline/reading/task-reading.js';
import { Relevance } from './relevance.js';
import type { Template } from './template.js';
import type { MatchableText, Span, Trigger } from './trigger.js';
import { matchTrigger, parseTrigger } from './trigger.js';

const WORDS_READ = 150;
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

/** Finds the template that a text is about. Precision before recall: a wrong template is worse than the general frame. */
export class Retrieval {
  private readonly entries: Readonly<Record<Language, readonly Entry[]>>;
  private readonly relevance: Readonly<Record<Language, Relevance>>;

  constructor(templates: readonly Template[]) {
    this.entries = perLanguage((language) => templates.map((template) => entryOf(template, language)));
    this.relevance = perLanguage(
      (language) => new Relevance(templates.map((template) => documentOf(template, language))),
    );
  }

  /**
   * The best match for a text, among all templates or those named; undefined when none is about it, or when the text lists its own
   * steps.
   */
  find(text: string, among?: ReadonlySet<string>): Match | undefined {
    const detected = detectLanguage(text);
    if (readTask(text, detected).listing?.sort === 'tasks') return undefined;
    for (const language of detected.certain ? [detected.language] : LANGUAGES) {
      // The sentence that asks for something is the best witness; what stands around it comes second.
      const topic = topicOf(text, language);
      const best = this.bestIn(topic, language, among) ?? this.bestAround(text, topic, language, among);
      if (best !== undefined) return { template: best.template, language };
    }
    return undefined;
  }

  /** "Grandma turns 80 and I want to make her an album": what is asked for weighs more than its occasion. */
  private bestAround(
    text: string,
    topic: string,
    language: Language,
    among: ReadonlySet<string> | undefined,
  ): Candidate | undefined {
    const asked = wordsOf(topic, WORDS_READ).map((word) => stem(word, language));
    const mayMatch = ({ template, rivals }: Entry): boolean =>
      (among === undefined || among.has(template.id)) && !asked.some((word) => rivals.has(word));
    const left = this.entries[language].filter(mayMatch).map(({ template }) => template.id);
    return this.bestIn(text, language, new Set(left));
  }

  private bestIn(text: string, language: Language, among: ReadonlySet<string> | undefined): Candidate | undefined {
    const words = wordsOf(text, WORDS_READ);
    const stems = words.map((word) => stem(word, language));
    const matchable = {
      words,
      stems,
      hasNamedPlace: findNamedPlace(text.slice(0, WORDS_READ * 8), language) !== undefined,
    };
    const known = new Set(stems);
    const kinds = leadingKinds(text, language);
    return this.entries[language]
      .map((entry, index) => ({ entry, relevance: this.relevance[language].score(index, known) }))
      .filter(({ entry }) => among === undefined || among.has(entry.template.id))
      .filter(({ entry, relevance }) => isAbout(entry, matchable, kinds, relevance))
      .map(({ entry: { template }, relevance }) => ({ template, relevance }))
      .toSorted((a, b) => b.relevance - a.relevance)[0];
  }
}

function isAbout(entry: Entry, text: MatchableText, kinds: readonly TaskKind[], relevance: number): boolean {
  if (kinds.length > 0 && !kinds.some((kind) => entry.template.about.kinds.includes(kind))) return false;
  if (text.stems.some((word) => entry.blockers.has(word))) return false;
  const spans = entry.triggers.map((trigger) => matchTrigger(trigger, text)).filter((span) => span !== undefined);
  const isLong = text.words.length > LONG_TEXT;
  if (isLong && relevance < LEAST_RELEVANCE_OF_LONG_TEXT) return false;
  return spans.some((span) => !hasRival(entry, text, span) && (!isLong || span.start < EARLY));
}

/** A rival before the matched words, between them or right behind them is what the text is really about ("birthday cake"). */
function hasRival(entry: Entry, text: MatchableText, span: Span): boolean {
  return text.stems.slice(0, span.end + 2).some((word) => entry.rivals.has(word));
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
