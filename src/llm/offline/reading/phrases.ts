import type { Language } from '../../language/language.js';
import { DE_PHRASES } from './phrases/de.js';
import { EN_PHRASES } from './phrases/en.js';
import { ES_PHRASES } from './phrases/es.js';
import { FR_PHRASES } from './phrases/fr.js';
import type { Phrase } from './phrases/phrase.js';

/** Tried in their order, each on what those before it have left. */
const PHRASES = {
  en: EN_PHRASES,
  de: DE_PHRASES,
  fr: FR_PHRASES,
  es: ES_PHRASES,
} satisfies Record<Language, readonly Phrase[]>;

/** A device of the household and, not far behind it, what is wrong with it. */
const FAULTS = {
  en: [
    /(?<!\p{L})(?:boiler|heating|heater|fridge|freezer|oven|stove|hob|dishwasher|washing machine|dryer|toilet|shower|tap|sink|drain|door|window|lamp|light|tv|printer|computer|laptop|phone|car|bike|scooter|mower)s?(?!\p{L})[^.!?]{0,40}?(?<!\p{L})(?:noises?|won['’]?t|does(?:n['’]?t| not)|stopped|keeps|leaks?|smells|is stuck|squeaks|drips|clog\p{L}*)(?!\p{L})/iu,
    'repair',
  ],
  de: [
    /(?:heizung|therme|boiler|spüle|waschbecken|badewanne|kühlschrank|gefrierschrank|ofen|herd|spülmaschine|geschirrspüler|waschmaschine|trockner|toilette|klo|klospülung|dusche|wasserhahn|abfluss|tür|fenster|rollladen|lampe|licht|fernseher|drucker|computer|laptop|handy|auto|fahrrad|roller|rasenmäher|kaffeemaschine|staubsauger)(?!\p{L})[^.!?]{0,40}?(?<!\p{L})(?:nicht(?: mehr| richtig)?(?: ab| an| auf| aus| ein| zu)?$|geräusche?|quietscht|klemmt|tropft|leckt|brummt|stinkt|spinnt|flackert|verstopft|ist hin)(?!\p{L})/iu,
    'reparieren',
  ],
  fr: [
    /(?<!\p{L})(?:chaudière|chauffage|radiateur|frigo|réfrigérateur|congélateur|four|plaque|lave-vaisselle|lave-linge|machine à laver|toilettes|douche|robinet|évier|lavabo|baignoire|porte|fenêtre|volet|lampe|télé|imprimante|ordinateur|téléphone|voiture|vélo|tondeuse)s?(?!\p{L})[^.!?]{0,40}?(?<!\p{L})(?:bruits?|ne \p{L}{2,15} (?:pas|plus)|n['’]\p{L}{2,15} (?:pas|plus)|grince|coule|bouchée?s?|sent mauvais|est coincée?)(?!\p{L})/iu,
    'réparer',
  ],
  es: [
    /(?<!\p{L})(?:caldera|calefacción|radiador|nevera|frigorífico|congelador|horno|placa|lavavajillas|lavadora|secadora|váter|ducha|grifo|fregadero|lavabo|bañera|puerta|ventana|persiana|lámpara|tele|impresora|ordenador|móvil|coche|bici|moto|cortacésped)s?(?!\p{L})[^.!?]{0,40}?(?<!\p{L})(?:ruidos?|no (?:cierra|abre|frena|calienta|enfría|desagua|centrifuga|imprime|va)|chirría|gotea|huele mal|se ha atascado|atascad[oa])(?!\p{L})/iu,
    'reparar',
  ],
} satisfies Record<Language, Phrase>;

/** What somebody does not want, or does without, and what another does not do: its verb says nothing about the task. */
const UNWANTED = {
  en: /(?<!\p{L})(?:(?:do not|don['’]?t) (?:want|wish|have|need) to|without) \p{L}{2,20}(?!\p{L})|(?<!\p{L})(?:won['’]?t|does(?:n['’]?t| not)|did(?:n['’]?t| not)|will not|never) (?:answer|reply|respond|call|write)s?(?!\p{L})|(?<!\p{L})(?:hate|dislike)s? \p{L}{2,20}ing(?!\p{L})/giu,
  de: /(?<!\p{L})(?:ohne (?:\p{L}{1,20} ){0,3}zu \p{L}{2,20}|(?:antwortet|reagiert) nicht|gehe?n?t? (?:mir|uns) auf die nerven)(?!\p{L})/giu,
  fr: /(?<!\p{L})(?:sans (?:(?:me|se|le|la|les) )?\p{L}{1,20}(?:er|ir|re)|ne répond (?:pas|plus)|ne rappelle (?:pas|plus))(?!\p{L})/giu,
  es: /(?<!\p{L})(?:(?:sin|no (?:quiero|queremos)) \p{L}{1,20}[aei]r(?:me|nos|se|lo|la)?|no (?:responde|contesta|llama))(?!\p{L})/giu,
} satisfies Record<Language, RegExp>;

/** The text with a single word of the lexicon in the place of each such turn, and without what is not wanted. */
export function withPlainVerbs(text: string, language: Language): string {
  const [fault, repair] = FAULTS[language];
  const wanted = text.replace(UNWANTED[language], ' ');
  const told = fault.test(wanted) ? `${repair} ${wanted}` : wanted;
  return PHRASES[language].reduce((result, [phrase, word]) => result.replace(phrase, word), told);
}
