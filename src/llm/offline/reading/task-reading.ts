import type { Language } from '../../language/language.js';
import type { DetectedLanguage } from '../../language/detect-language.js';
import { sentencesOf } from '../../language/sentences.js';
import type { TaskKind } from '../../language/lexicon/task-kind.js';
import { wordsOf } from '../../language/words.js';
import { plainText } from '../excerpt.js';
import { saysWhatToDo, soundsLikeOrder } from './action.js';
import type { Family } from './families/family.js';
import { familyOf } from './family.js';
import { kindOf, leadingKinds } from './kind.js';
import type { Listing } from './listing.js';
import { findListing, findTasks } from './listing.js';
import { withoutOpening } from './opening.js';
import type { ReadSlots } from './slots.js';
import { slotsOf } from './slots.js';
import { findTopic } from './topic.js';

/** The contract allows 4,000 code points; what a longer text says after them is not read. */
const UNITS_READ = 8_000;

/** So much more than the request is no mere opening or deadline. */
const LEAST_REST = 40;
const LEAST_WORD = /\p{L}{3}/u;

const LISTING_KINDS: ReadonlySet<TaskKind> = new Set<TaskKind>([
  'shop',
  'cook',
  'clean',
  'learn',
  'make',
  'write',
  'fix',
]);

/** Families whose core step is work on single things. */
const LISTING_FAMILIES: ReadonlySet<Family> = new Set<Family>(['plant', 'trim', 'pack', 'getReady', 'wash']);

/** What a task says about itself. */
export interface TaskReading extends ReadSlots {
  readonly language: Language;
  /** Undefined when nothing in the text tells what is wanted. */
  readonly kind: TaskKind | undefined;
  /** Within its kind, or without one: what the words of the request say together. */
  readonly family: Family | undefined;
  readonly listing: Listing | undefined;
}

/** The part of a text that says what is wanted. */
export function topicOf(task: string, language: Language): string {
  return findTopic(plainText(task.slice(0, UNITS_READ)), language).text;
}

/** Whether a text lists its own steps, as {@link readTask} reads it. */
export function listsTasks(task: string, detected: DetectedLanguage): boolean {
  const text = task.slice(0, UNITS_READ);
  const found = findTasks(text, detected.language);
  // Most texts list nothing: what kind they are need not be found out.
  if (!found) return false;
  const plain = plainText(text);
  return unlessWeighed(found, kindOfText(plain, findTopic(plain, detected.language).text, detected)) !== undefined;
}

/** Reads what a text says, and nothing that it does not say. */
export function readTask(task: string, detected: DetectedLanguage): TaskReading {
  const { language } = detected;
  const text = task.slice(0, UNITS_READ);
  const plain = plainText(text);
  const topic = findTopic(plain, language);
  const kind = kindOfText(plain, topic.text, detected);
  const listing = unlessWeighed(findListing(text, language), kind);
  const isOfThings = listing?.sort === 'things';
  const family = familyOf(topic.text, language, kind);
  return {
    language,
    kind: isOfThings ? kindOfThings(kind) : kind,
    family: isOfThings && family !== undefined && !LISTING_FAMILIES.has(family) ? undefined : family,
    ...slotsOf(plain, isOfThings ? headOf(topic.text) : topic.text, language, family ?? kind),
    listing,
  };
}

/** A question weighs its verbs ("quit and travel?"), it does not list them. */
function unlessWeighed(found: Listing | undefined, kind: TaskKind | undefined): Listing | undefined {
  return kind === 'decide' && found?.ordered === false ? undefined : found;
}

/** What stands before the colon of a list is its name. */
function headOf(topic: string): string {
  const colon = topic.indexOf(': ');
  return colon > 0 ? topic.slice(0, colon) : topic;
}

/** Things to buy are shopping; and a frame whose core step is no work on single things leaves them to the general one. */
function kindOfThings(kind: TaskKind | undefined): TaskKind | undefined {
  if (kind === 'buy') return 'shop';
  return kind !== undefined && LISTING_KINDS.has(kind) ? kind : 'general';
}

function kindOfText(plain: string, topic: string, { language, certain }: DetectedLanguage): TaskKind | undefined {
  const known = kindOf(topic, language) ?? kindOfRest(plain, topic, language);
  if (known !== undefined) return known;
  if (!certain || !LEAST_WORD.test(plain)) return undefined;
  return saysWhatToDo(topic, language) || (language === 'en' && soundsLikeOrder(topic)) ? 'general' : undefined;
}

/** What stands around the request tells its kind only by a verb that is no other's: the care home is not what is looked for. */
function kindOfRest(plain: string, topic: string, language: Language): TaskKind | undefined {
  const rest = withoutOpenings(plain, language);
  const kind = kindOf(rest, language);
  if (kind === undefined || plain.length - topic.length < LEAST_REST) return kind;
  return leadingKinds(wordsOf(rest), language).includes(kind) ? kind : undefined;
}

/** A polite way into a request ("help me") says nothing about what it is for. */
function withoutOpenings(plain: string, language: Language): string {
  return sentencesOf(plain, language)
    .map((sentence) => withoutOpening(sentence, language).rest)
    .join(' ');
}
