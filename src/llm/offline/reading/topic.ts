import type { Language } from '../../language/language.js';
import { sentencesOf } from '../../language/sentences.js';
import { trimTail } from '../excerpt.js';
import { saysWhatToDo } from './action.js';
import type { Found } from './deadline.js';
import { findDeadline } from './deadline.js';
import { kindOf } from './kind.js';
import { withoutOpening } from './opening.js';

const SENTENCES_READ = 8;

/** Where a sentence turns from the circumstances to the request ("… and I need to clear the rooms"). */
const REQUEST_WITHIN =
  /(?:,? (?:and|so|but|und|aber|also|daher|et|mais|donc|y|pero|así que),?|\.) (?=(?:i|we) (?:also |still )?(?:need|have to|must|want|would like) |(?:ich|wir) (?:muss|müssen|will|wollen|möchte|möchten|brauche|brauchen) |(?:je|nous) (?:dois|devons|veux|voudrais) |il faut |(?:tengo|tenemos|hay) que |(?:necesito|necesitamos|quiero|queremos) )|, (?=(?:i|we) (?:(?:also|still) (?:need|have)|(?:want|would like) to) )/iu;

/** Sentences that ask for nothing: they must not become the topic when another one does. */
const COURTESY =
  /^(?:(?:hi|hello|hey|hallo|hola|bonjour|salut)(?: \p{L}+){0,2}|(?:thanks?|thank you|danke|vielen dank|merci|gracias)(?: \p{L}+){0,6}|(?:please |bitte )?(?:help|hilfe|please|bitte)(?: me| us)?)[.!,]?$/iu;

/** Questions about the plan itself, which do not name the task. */
const ABOUT_THE_PLAN =
  /^¿?(?:what (?:do|should|must|shall|else|are)|where (?:do|should)|how should|was (?:muss|müssen|soll|brauch|ist|gibt)|wo (?:fang|soll)|wie (?:fang|geh)|que (?:dois|faut)|qu'est-ce|par où|qué (?:tengo|tenemos|debo|debemos|hay|necesito|necesitamos|hago)|por dónde|(?:can|could) you (?:please )?help(?: me| us)?\??$|(?:kannst du|können sie|könnt ihr) (?:mir|uns) (?:dabei )?helfen|(?:pouvez|peux|pourriez|pourrais)-(?:vous|tu) (?:m|nous )['’]?aider|(?:me |nos )?(?:puedes|podrías|puede) (?:ayudarme|ayudarnos|ayudar)\??$|me ayudas)/iu;

/** A request whose object is only a pronoun. */
const POINTS_BACK = {
  en: /^\p{L}+ (?:\p{L}+ )?(?:it|this|that|them|(?:him|her)(?=[\s.!?]*$))(?!\p{L})/iu,
  de: /^(?:(?:es|das|sie|ihn|dies) (?!\p{Lu})|(?:ihm|ihr|ihnen) \p{L}+[\s.!?]*$)/iu,
  fr: /^(?:(?:le|la|les|l') ?\p{L}+(?:er|ir|re)(?!\p{L})|(?:l'|lui |leur )\p{L}+(?:er|ir|re)[\s.!?]*$)/iu,
  es: /^\p{L}+r(?:(?:lo|la|los|las)(?!\p{L})|les?[\s.!?]*$)/iu,
} satisfies Record<Language, RegExp>;

/** The sentence of a request that says what is wanted. */
export interface Topic {
  /** Without polite openings and without the deadline. */
  readonly text: string;
  readonly deadline: Found | undefined;
}

/** Finds the sentence that asks for something: one that opens like a request, else one with a verb to do, else the first. */
export function findTopic(plain: string, language: Language): Topic {
  const sentences = sentencesOf(plain, language)
    .flatMap((sentence) => sentence.split(REQUEST_WITHIN))
    .slice(0, SENTENCES_READ)
    .map((sentence) => sentence.trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
  const told = sentences.filter((sentence) => !COURTESY.test(sentence) && !ABOUT_THE_PLAN.test(sentence));
  const candidates = told.length > 0 ? told : sentences;
  const stripped = candidates.map((sentence) => withoutOpening(sentence, language));
  const chosen =
    stripped.find(({ opened, rest }) => opened && hasObject(rest, language)) ??
    stripped.find(({ rest }) => saysWhatToDo(trimTail(rest), language) && hasObject(rest, language)) ??
    stripped.find(({ rest }) => kindOf(rest, language) !== undefined) ??
    stripped[0];
  // "My sink is clogged. I need to fix it": what "it" is stands in the sentence before.
  const subject =
    chosen !== undefined && POINTS_BACK[language].test(chosen.rest)
      ? stripped[stripped.indexOf(chosen) - 1]
      : undefined;
  const sentence = (subject ?? chosen)?.rest ?? plain;
  const deadline = findDeadline(sentence, language);
  const timeless = trimTail(withoutPart(sentence, deadline)).replace(/^[¿¡\s,;:–—-]+/u, '');
  // "¿Debo alquilar o comprar?" asks; without its mark "debo" would be taken for the way into a request.
  const text = sentence.startsWith('¿') ? timeless : withoutOpening(timeless, language).rest;
  return { text, deadline };
}

/** "My son is ill and I have to work tomorrow": a bare verb with its time says less than what stands around it. */
function hasObject(rest: string, language: Language): boolean {
  return rest.includes(' ') && withoutPart(rest, findDeadline(rest, language)).includes(' ');
}

/** "Pick her up, she lands at ten": without the time nothing is left to say. */
const BARE_CLAUSE = /, (?:she|he|it|they|sie|er|es|il|elle|ils|elles|ella|él) \p{L}{2,20}[\s.!?]*$/iu;

/** The text without a part of it, unless nothing else would be left. */
export function withoutPart(text: string, part: Found | undefined): string {
  if (part === undefined) return text;
  // "Le déjeuner de demain": nothing is left for the preposition.
  const before = text
    .slice(0, part.start)
    .trimEnd()
    .replace(/ (?:de|del|du)$/iu, '');
  const rest = `${before} ${text.slice(part.end).trimStart()}`.trim();
  const tidy = rest
    .replace(/ ([,.;:!?])/g, '$1')
    .replace(/\(\s*\)/g, '')
    .replace(/,\s*,/g, ',')
    .replace(/^[,;]\s*/, '')
    .replace(BARE_CLAUSE, '');
  return /\p{L}{2}/u.test(tidy) ? tidy : text;
}
