import type { Language } from '../../language/language.js';
import { perLanguage } from '../../language/language.js';
import type { Found } from './deadline.js';

/** Capitalised words behind a place preposition that are months, tongues, tools or manners. */
const NOT_A_PLACE =
  /^(?:january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|winter|monday|tuesday|wednesday|thursday|friday|saturday|sunday|christmas|easter|english|german|french|spanish|italian|python|java|javascript|typescript|excel|word|react|google|zoom|linux|postgres|postgresql|sql|pdf|kubernetes|aws|azure|docker|github|i|my|ruhe|ordnung|eile|zukunft|englisch|deutsch|französisch|spanisch|italienisch|teilzeit|vollzeit|rente|form|raten|januar|februar|märz|mai|juni|juli|oktober|dezember|frieden|würde|zoom|teams|slack|notion|team|mode|mathe|physik|chemie|biologie|geschichte|bar|navidad|noël|enero|papa|maman|mama|wunsch|plan|deutsche|englische|facebook|instagram|whatsapp|vinted|ebay|node|rust|cv|kürze|bezug|absprache)$/iu;

const COMMON = {
  en: String.raw`(?:in|at|to|into) (?:the|my|our|a|an)(?: (?:new|old|local|back|front|small|big|guest))? (?:office|kitchen|garden|yard|backyard|bathroom|bedroom|living room|garage|basement|attic|school|park|beach|mountains|countryside|city|house|flat|apartment|gym|library|university|church|restaurant|balcony|hallway|cellar|shed|hospital|community centre|pool)|at (?:home|work|school|church)|abroad`,
  de: String.raw`(?:im|am|ins|zum|zur|in der|in die|in den|in einem|in einer|in meinem|in meiner|in unserem|in unserer|auf dem|auf der|bei der|an der|an die) (?:(?:neuen|alten|kleinen|großen) )?(?:büro|küche|garten|bad|badezimmer|schlafzimmer|kinderzimmer|wohnzimmer|garage|keller|dachboden|schule|park|strand|berge|bergen|stadt|haus|wohnung|fitnessstudio|bibliothek|uni|kirche|restaurant|balkon|flur|hof|arbeit|see|meer|nordsee|ostsee|schrebergarten|schwimmbad|wald|land|krankenhaus)|zu hause|daheim|im ausland`,
  fr: String.raw`(?:au|à la|à l'|dans le|dans la|dans l'|dans mon|dans ma|dans notre|sur le|sur la|en) ?(?:bureau|cuisine|jardin|salle de bains?|chambre|salon|garage|cave|grenier|école|parc|plage|montagne|campagne|ville|appartement|gymnase|bibliothèque|université|église|restaurant|balcon|couloir|travail|mer|piscine)|à la maison|chez moi|chez nous|à l'étranger`,
  es: String.raw`(?:en|a) (?:el|la|mi|nuestra|nuestro|un|una) (?:oficina|cocina|jardín|baño|dormitorio|habitación|salón|garaje|sótano|trastero|escuela|colegio|parque|playa|montaña|ciudad|piso|apartamento|gimnasio|biblioteca|universidad|iglesia|restaurante|balcón|terraza|pasillo|trabajo|campo|piscina)|(?:en|a) casa|al (?:extranjero|campo|parque)|en el extranjero`,
} satisfies Record<Language, string>;

const PREPOSITION = {
  en: '[Ii]n|[Tt]o|[Nn]ear|[Aa]round|[Aa]cross|[Aa]t',
  de: '[Ii]n|[Nn]ach|[Bb]ei|[Aa]us',
  fr: '[ÀàAa]|[Ee]n|[Aa]u|[Aa]ux|[Dd]e|[Vv]ers',
  es: '[Ee]n|[Aa]|[Dd]e|[Pp]or|[Hh]acia',
} satisfies Record<Language, string>;

/** "de" and "bei" join almost anything; a name behind them is a place only for these. */
const WEAK = /^(?:de|bei|por|aus|at)$/i;

const NAME = String.raw`\p{Lu}[\p{L}'’-]{1,20}(?: (?:\p{Lu}[\p{Ll}'’-]{2,20}|(?:de|del|am|upon|sur|la|los) \p{Lu}[\p{Ll}'’-]{2,20})){0,2}`;

const COMPILED = perLanguage((language) => ({
  common: new RegExp(String.raw`(?<!\p{L})(?:${COMMON[language]})(?!\p{L})`, 'iu'),
  named: new RegExp(String.raw`(?<!\p{L})(${PREPOSITION[language]}) (${NAME})(?!\p{L})`, 'gu'),
}));

/** German puts a capital on every noun: two of them in a row are a name only behind such a first word. */
const GERMAN_NAME_OF_TWO = /^(?:New|San|Los|Bad|St|Rio|Frankfurt|Den|La|Las)(?!\p{L})/u;

/** A place that the text calls by its proper name ("Berlin"). */
export function findNamedPlace(text: string, language: Language): Found | undefined {
  for (const match of text.matchAll(COMPILED[language].named)) {
    const [whole, preposition = '', name = ''] = match;
    const [first = ''] = name.split(' ');
    if (NOT_A_PLACE.test(first) || WEAK.test(preposition)) continue;
    if (language === 'de' && name.includes(' ') && !GERMAN_NAME_OF_TWO.test(name)) continue;
    return { value: name, start: match.index, end: match.index + whole.length };
  }
  return undefined;
}

/** Where it is to happen: a name alone ("Berlin"), or the phrase of the text ("in the kitchen"). */
export function findPlace(text: string, language: Language): Found | undefined {
  const named = findNamedPlace(text, language);
  if (named !== undefined) return named;
  const common = COMPILED[language].common.exec(text);
  return common === null ? undefined : { value: common[0], start: common.index, end: common.index + common[0].length };
}
