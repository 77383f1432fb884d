import type { Language } from '../../language/language.js';
import { perLanguage } from '../../language/language.js';
import { asksForSomething } from './asking.js';

/** A part of the text that fills a slot: what to show, and where it stands. */
export interface Found {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const NUMERIC_DATE = String.raw`\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})?|\d{1,2}/\d{1,2}`;
/** A dot parts the figures of prices and versions too: without a unit it is a clock's only behind one of these words. */
const BEFORE_CLOCK = String.raw`(?<=(?<!\p{L})(?:at|by|until|till|from|um|ab|bis|gegen|von|vor|à|vers|dès|las) )`;
const CLOCK = String.raw`\d{1,2}(?:[:.]\d{2})? ?[ap]\. ?m\.|\d{1,2}:\d{2}(?: ?(?:am|pm|uhr|h))?|\d{1,2}\.\d{2} ?(?:am|pm|uhr|h)|${BEFORE_CLOCK}\d{1,2}\.\d{2}|\d{1,2} ?(?:am|pm|uhr|h\d{0,2})\b|noon|midnight`;

const EN_MONTH =
  'january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec';
const EN_DAY = 'mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?';
const EN_SEASON = "spring|summer|autumn|winter|christmas|easter|new year(?:'s eve)?|halloween|thanksgiving";
const EN_POINT = String.raw`(?:(?:the )?(?:end|start|beginning|middle) of (?:the |this |next )?(?:week|month|year|${EN_MONTH})|(?:next|this|coming) (?:week(?:end)?|month|year|${EN_DAY}|${EN_MONTH}|${EN_SEASON}|morning|afternoon|evening)|the weekend|the day after tomorrow|tomorrow(?: (?:morning|afternoon|evening|night))?|tonight|today|(?:the )?\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:${EN_MONTH})(?:,? \d{4})?|(?:${EN_MONTH}) \d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?|the \d{1,2}(?:st|nd|rd|th)(?: of (?:the|this|next) month)?|(?:${EN_DAY})(?: (?:morning|afternoon|evening|night|next week))?|${NUMERIC_DATE}|(?:${CLOCK})(?: (?:tomorrow|today|tonight))?)`;
const EN_COUNT = String.raw`(?:a|an|one|two|three|four|five|six|seven|eight|nine|ten|twelve|\d{1,3}|a few|a couple of) (?:minutes?|hours?|days?|weeks?|months?|years?)`;

const DE_MONTH = 'januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember';
const DE_DAY = 'montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag';
const DE_FEAST = 'weihnachten|ostern|silvester|pfingsten|heiligabend|neujahr|jahresende|monatsende|ferienbeginn';
const DE_POINT = String.raw`(?:(?:ende|anfang|mitte) (?:d\. ?[jmw]\.|der woche|des monats|des jahres|nächster woche|dieser woche|nächsten monats|${DE_MONTH}|\d{4})|(?:nächste[nrsm]?|kommende[nrsm]?|diese[nrsm]?) (?:woche(?:nende)?|monat|jahr|frühling|sommer|herbst|winter|${DE_DAY})|wochenende|morgen(?: (?:früh|abend|nachmittag|mittag|vormittag))?|übermorgen|heute(?: abend| nachmittag| mittag)?|\d{1,2}\. ?(?:${DE_MONTH})(?: \d{4})?|(?:${DE_DAY})(?:abend|mittag|morgen|nachmittag)?(?:,? (?:den |dem )?\d{1,2}\. ?(?:${DE_MONTH}|\d{1,2}\.))?|${NUMERIC_DATE}|\d{1,2}\.\d{1,2}\.|(?:${CLOCK}))`;
/** "So." and "do." are words as well: a day is meant only behind one of these. */
const DE_SHORT_DAY = String.raw`(?:am|bis|bis zum|ab|vor|zum|nächsten|diesen) (?:mo|di|mi|do|fr|sa|so)\.(?:,? (?:den |dem )?\d{1,2}\.(?: ?(?:${DE_MONTH}|\d{1,2}\.))?)?`;
const DE_COUNT = String.raw`(?:eine[rmn]?|einem|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|\d{1,3}|wenigen) (?:minuten?|stunden?|tage?n?|wochen?|monate?n?|jahre?n?)`;

const FR_MONTH = 'janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre';
const FR_DAY = 'lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche';
const FR_FEAST = 'noël|pâques|rentrée|nouvel an|été|hiver|printemps|automne|vacances';
const FR_POINT = String.raw`(?:(?:la |le )?(?:fin|début|mi-)(?: de)?(?: la| du| de l')? ?(?:semaine|mois|année|${FR_MONTH})(?: prochaine?)?|(?:la |le |l')?(?:semaine|mois|année|été|printemps|automne|hiver|week-end|${FR_DAY}) prochaine?|ce (?:soir|week-end|mois|matin)|cette (?:semaine|année)|cet (?:été|hiver|après-midi|automne)|le week-end|demain(?: (?:matin|soir|midi))?|après-demain|aujourd'hui|(?:le )?(?:(?:${FR_DAY}) )?(?:1er|\d{1,2}) (?:${FR_MONTH})(?: \d{4})?|(?:le )?(?:${FR_DAY})(?: (?:matin|soir|midi|après-midi))?|(?:le )?(?:${NUMERIC_DATE})|(?:${CLOCK})|\d{1,2} heures)`;
const FR_COUNT = String.raw`(?:une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|\d{1,3}|quelques) (?:minutes?|heures?|jours?|semaines?|mois|ans?|années?)`;

const ES_MONTH = 'enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre';
const ES_DAY = 'lunes|martes|miércoles|miercoles|jueves|viernes|sábado|sabado|domingo';
const ES_FEAST = 'navidad(?:es)?|semana santa|nochevieja|verano|invierno|otoño|primavera|vacaciones|fin de curso';
const ES_POINT = String.raw`(?:(?:el |la )?(?:fin|final|finales|principios|mediados) de(?: la| el)? ?(?:mes|año|${ES_MONTH})|(?:finales|principios|mediados) de(?: la)? semana|el fin de semana(?: que viene)?|(?:este|el próximo|el proximo) (?:fin de semana|mes|año|verano|invierno|otoño|${ES_DAY})|(?:esta|la próxima|la proxima) (?:semana|primavera|noche|tarde)|la semana que viene|el mes que viene|el año que viene|pasado mañana|mañana(?: por la (?:mañana|tarde|noche))?|hoy|esta noche|(?:el )?(?:(?:${ES_DAY}) )?\d{1,2} de (?:${ES_MONTH})(?: de \d{4})?|(?:el )?(?:${ES_DAY})(?: por la (?:mañana|tarde|noche)| que viene)?|(?:el )?(?:${NUMERIC_DATE})|(?:las )?(?:${CLOCK}))`;
const ES_COUNT = String.raw`(?:una?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|\d{1,3}|unos|unas|pocos) (?:minutos?|horas?|días?|dias?|semanas?|mes(?:es)?|años?)`;

/** From or to which hour something lasts; the unit stands once, behind the second. */
const HOUR = String.raw`\d{1,2}(?:[:.h]\d{2})?(?: ?(?:[ap]m|uhr|h|heures|horas)(?!\p{L}))?`;
/** A day without its month ("avant le 15"): nothing that it could count follows. */
const DAY_OF_MONTH = String.raw`\d{1,2}(?!\d|[.,:/]\d| ?[\p{L}€$£%])`;

/** What an ordinal may count besides the days of a month. */
const DE_ORDINAL_NOUN =
  'kapitel|seite|stock|etage|tag|woche|monat|jahr|lebensjahr|jahrhundert|geburtstag|jubiläum|platz|mal|kilometer|spiel|klasse';

/** Alternatives in the order of how much they say; each is tried as a whole before the next. */
const PHRASES = {
  en: [
    `(?:on )?${EN_POINT},? (?:from|between) ${HOUR} (?:to|until|till|and|–|-) ${HOUR}`,
    `(?:from )?\\d{1,2}(?:st|nd|rd|th)?(?: (?:${EN_MONTH}))? (?:to|until|–|-) \\d{1,2}(?:st|nd|rd|th)? (?:${EN_MONTH})|(?:from )?(?:${EN_MONTH}) \\d{1,2} (?:to|until|–|-) (?:(?:${EN_MONTH}) )?\\d{1,2}`,
    `every (?:other )?(?:${EN_DAY}|day|week|month|morning|afternoon|evening|night|weekend)`,
    `(?:no later than|by|before|until|till|due(?: on| by)?|for) (?:${EN_POINT}|(?:${EN_MONTH}|${EN_SEASON})(?: \\d{4})?)(?: (?:at|by) (?:${CLOCK}))?`,
    `(?:within|in) (?:the next )?${EN_COUNT}`,
    `(?:on |at |during |over )?${EN_POINT}(?: at (?:${CLOCK}))?`,
    `in (?:(?:early|late|mid) )?(?:${EN_MONTH}|${EN_SEASON})(?: \\d{4})?`,
    `at (?:${CLOCK})`,
  ],
  de: [
    `(?:am )?${DE_POINT},? (?:von|zwischen) ${HOUR} (?:bis|und|–|-) ${HOUR}`,
    `(?:vom )?\\d{1,2}\\.(?: (?:${DE_MONTH}))? (?:bis(?: zum)?|–|-) \\d{1,2}\\. (?:${DE_MONTH})`,
    `jede[nsr]? (?:${DE_DAY}|tag|woche|monat|morgen|abend|wochenende)`,
    `${DE_SHORT_DAY}(?:,? um (?:${CLOCK}))?`,
    `(?:bis|vor|spätestens|ab|zu|für)(?: (?:spätestens|zum|zu|am|an|den|dem|de[rm]))* (?:${DE_POINT}|(?:${DE_FEAST}|${DE_MONTH}|frühling|frühjahr|sommer|herbst|winter)(?: \\d{4})?)(?: um (?:${CLOCK}))?`,
    `(?:bis zum|vor dem|ab dem) \\d{1,2}\\.(?! ?(?:\\d|${DE_ORDINAL_NOUN}))`,
    `(?:innerhalb von|binnen|in)(?: den nächsten)? ${DE_COUNT}`,
    `(?:am |um |an |im |zu |übers |während )?${DE_POINT}(?: um (?:${CLOCK}))?`,
    `(?:im|diesen|nächsten|an|über) (?:frühling|frühjahr|sommer|herbst|winter|${DE_MONTH}|${DE_FEAST})(?: \\d{4})?`,
  ],
  fr: [
    `${FR_POINT},? (?:de|entre) ${HOUR} (?:à|et|–|-) ${HOUR}`,
    `du \\d{1,2}(?: (?:${FR_MONTH}))? au \\d{1,2} (?:${FR_MONTH})`,
    `(?:tous|toutes) les (?:${FR_DAY}s?|jours|semaines|mois|matins|soirs)|chaque (?:${FR_DAY}|jour|semaine|mois|matin|soir)`,
    `(?:avant|d'ici(?: à)?|jusqu'(?:à|au)|pour|au plus tard|dès) (?:la |le |l')?(?:${FR_POINT}|(?:${FR_FEAST}|${FR_MONTH})(?: \\d{4})?)`,
    `(?:avant|d'ici|jusqu'au|pour|dès) ?(?:le )?${DAY_OF_MONTH}`,
    `(?:dans|sous|en moins de|en|d'ici) ${FR_COUNT}`,
    `(?:à |vers |pendant |durant )?${FR_POINT}(?: à (?:${CLOCK}))?`,
    `(?:en|au mois de|au mois d') ?(?:${FR_MONTH}|été|hiver|automne)(?: \\d{4})?|au printemps|à (?:noël|pâques|la rentrée)`,
  ],
  es: [
    `${ES_POINT},? (?:de|entre)(?: las)? ${HOUR} (?:a|y|–|-)(?: las)? ${HOUR}`,
    `del \\d{1,2}(?: de (?:${ES_MONTH}))? al \\d{1,2} de (?:${ES_MONTH})`,
    `(?:todos|todas) (?:los|las) (?:${ES_DAY}|sábados|domingos|días|semanas|meses|mañanas|noches)|cada (?:${ES_DAY}|día|semana|mes|mañana|noche)`,
    `(?:antes de|antes del|para|hasta|a más tardar) ?(?:el |la |del )?(?:${ES_POINT}|(?:${ES_FEAST}|${ES_MONTH})(?: de \\d{4})?)`,
    `(?:antes del|hasta el|para el|desde el)(?: día)? ${DAY_OF_MONTH}`,
    `(?:dentro de|en(?: menos de)?|en un plazo de) ${ES_COUNT}`,
    `(?:a |sobre |durante )?${ES_POINT}(?: a las (?:${CLOCK}|\\d{1,2}))?`,
    `en (?:${ES_MONTH}|verano|invierno|otoño|primavera|navidad)(?: de \\d{4})?`,
  ],
} satisfies Record<Language, readonly string[]>;

const COMPILED = perLanguage((language) =>
  PHRASES[language].map((phrase) => new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${phrase})(?![\p{L}\p{N}])`, 'iu')),
);

/** The point in time that the text names, in its own words ("by Friday", "avant le 3 mai"). */
export function findDeadline(text: string, language: Language): Found | undefined {
  for (const phrase of COMPILED[language]) {
    const match = phrase.exec(text);
    if (match !== null && !isOnlyTold(match[0], match.index, text, language))
      return withNegation(match[0], match.index, text, language);
  }
  return undefined;
}

/** "The neighbours keep me up every night": how often something happens is no time for the task. */
function isOnlyTold(phrase: string, index: number, text: string, language: Language): boolean {
  return REPEATED.test(phrase) && !asksForSomething(clauseAround(index, index + phrase.length, text), language);
}

const REPEATED = /^(?:every|jede[nsr]?|tous|toutes|chaque|todos|todas|cada) /iu;
const CLAUSE_END = /[,.;:!?]/u;

/** The clause in which a part of the text stands, without that part. */
function clauseAround(start: number, end: number, text: string): string {
  let from = start;
  while (from > 0 && !CLAUSE_END.test(text.charAt(from - 1))) from -= 1;
  let to = end;
  while (to < text.length && !CLAUSE_END.test(text.charAt(to))) to += 1;
  return `${text.slice(from, start).trim()} ${text.slice(end, to).trim()}`.trim();
}

/** "Not before the first" is no "before the first", and its "but not" belongs to no other part of the text. */
const NEGATION = {
  en: /(?:^|(?:,? but)? )(not) $/iu,
  de: /(?:^|(?:,? aber)? )(nicht) $/iu,
  fr: /(?:^|(?:,? mais)? )(pas) $/iu,
  es: /(?:^|(?:,? pero)? )(no) $/iu,
} satisfies Record<Language, RegExp>;
const LONGEST_NEGATION = 16;

function withNegation(phrase: string, index: number, text: string, language: Language): Found {
  const end = index + phrase.length;
  const negation = NEGATION[language].exec(text.slice(Math.max(0, index - LONGEST_NEGATION), index));
  if (negation === null) return { value: phrase, start: index, end };
  const [whole, word = ''] = negation;
  return { value: `${word} ${phrase}`, start: index - whole.length, end };
}

const KEEPS_ITS_CAPITAL = {
  en: new RegExp(`^(?:${EN_DAY}|${EN_MONTH}|christmas|easter|new|halloween|thanksgiving)(?!\\p{L})`, 'iu'),
  de: new RegExp(`^(?:${DE_DAY}|wochenende|ende|anfang|mitte)`, 'iu'),
} as const;

/** A deadline as it reads within a sentence, also where the text begins with it ("Am 3. Oktober"). */
export function withinSentence(deadline: string, language: Language): string {
  const keeps = language === 'en' || language === 'de' ? KEEPS_ITS_CAPITAL[language].test(deadline) : false;
  return keeps ? deadline : deadline.charAt(0).toLowerCase() + deadline.slice(1);
}
