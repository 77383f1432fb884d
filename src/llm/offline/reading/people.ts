import type { Language } from '../../language/language.js';
import { perLanguage } from '../../language/language.js';
import type { Found } from './deadline.js';
import { KIN } from './kin.js';

/** People whom one meets at work, at school or as a tenant. */
const OTHERS = {
  en: 'boss|manager|team|colleagues?|coworkers?|partner|flatmates?|roommates?|landlord|teacher|students?|class|clients?|customers?|doctor|guests?',
  de: 'chef|chefin|team|kollegen|kollegin|kollege|partner|partnerin|mitbewohner|vermieter|lehrer|lehrerin|schüler|schülern|klasse|kunden|kundin|gäste|gästen',
  fr: 'chef|cheffe|patron|patronne|équipe|collègues?|colocataires?|propriétaire|professeur|élèves|classe|clients?|invités',
  es: 'jefe|jefa|equipo|compañeros?|compañeras?|casero|profesora?|alumnos|clase|clientes?|invitados',
} satisfies Record<Language, string>;

const PERSONS = perLanguage((language) => `${KIN[language]}|${OTHERS[language]}`);

/** Capitalised words after "with" that are tools, tongues or days, not people. */
const NOT_A_PERSON =
  /^(?:excel|word|powerpoint|python|java|javascript|typescript|react|google|zoom|teams|slack|notion|linux|windows|english|german|french|spanish|italian|canva|figma|github|monday|tuesday|wednesday|thursday|friday|saturday|sunday|wordpress|chatgpt|i|my|the|docker|kubernetes|postgres|lego|ikea|wifi|javascript|node|photoshop)$/i;

/** First names that a German text may put after "mit": there every noun has a capital, so the capital proves nothing. */
const FIRST_NAMES =
  'anna|lisa|laura|lena|lea|marie|sarah|sara|julia|maria|sophie|sofia|emma|mia|hannah|hanna|clara|klara|paula|nina|eva|susanne|petra|sabine|andrea|claudia|katharina|christina|jan|tim|tom|max|paul|felix|leon|lukas|lucas|jonas|ben|finn|noah|elias|david|daniel|michael|thomas|martin|peter|stefan|christian|markus|andreas|alexander|alex|sebastian|florian|tobias|philipp|simon|moritz|anton|emil|oskar|karl|hans|klaus|frank|uwe|jens|ali|mehmet|ayse|fatima|pierre|marco|luca|carlos|jose|ana|carmen';

/** "My sister's wedding", "the guest room": what the person only belongs to. */
const POSSESSED = String.raw`(?!['’]|s['’]| rooms?(?!\p{L})| bedrooms?(?!\p{L}))`;
/** Behind "and the landlord" a verb begins a new sentence, in which he does not take part. */
const NO_SUBJECT = String.raw`(?! (?:is|are|was|were|has|have|had|wo|won|wont|will|does|doesnt|do|did|can|could|says?|said|wants?|needs?|keeps?|comes?)(?!\p{L}))`;

const COMPILED = {
  en: new RegExp(
    String.raw`(?<!\p{L})(?:with|for|and|to) (?:(?:my|our|the|his|her|their|an?|all my|the whole|some) (?:\p{Ll}{2,12} )?(?:${PERSONS.en})(?!\p{L})${POSSESSED}${NO_SUBJECT}(?: and (?:my )?(?:${PERSONS.en})(?!\p{L}))?|(?:friends|family|colleagues|kids|children|mum|mom|dad|grandma|grandpa)(?!\p{L}))`,
    'iu',
  ),
  de: new RegExp(
    String.raw`(?<!\p{L})(?:mit|für) (?:(?:mein|unser|dein|sein|ihr|ein|d)(?:e[nmrs]?|er|em|ie|as)? (?:\p{Ll}{2,12} )?(?:${PERSONS.de})(?!\p{L})(?: und (?:mein(?:e[nmr]?)? )?(?:${PERSONS.de})(?!\p{L}))?|(?:freunden|familie|kollegen|kindern|oma|opa|mama|papa)(?!\p{L}))`,
    'iu',
  ),
  fr: new RegExp(
    String.raw`(?<!\p{L})(?:avec|pour|à|chez) (?:(?:toute ma|toute la|tous mes|tous les|mon|ma|mes|notre|nos|son|sa|ses|les|le|la|des|un|une) (?:\p{Ll}{2,12} )?(?:${PERSONS.fr})(?!\p{L})(?: et (?:ma |mon |mes )?(?:${PERSONS.fr})(?!\p{L}))?|l'équipe|(?:maman|papa)(?!\p{L}))`,
    'iu',
  ),
  es: new RegExp(
    String.raw`(?<!\p{L})(?:con|para|a) (?:(?:toda mi|toda la|todos mis|todos los|mi|mis|nuestro|nuestra|nuestros|su|sus|el|la|los|las|unos|unas|un|una) (?:\p{Ll}{2,12} )?(?:${PERSONS.es})(?!\p{L})(?: y (?:mi |mis |su |el |la )?(?:${PERSONS.es})(?!\p{L}))?|(?:mamá|papá|amigos)(?!\p{L}))`,
    'iu',
  ),
} satisfies Record<Language, RegExp>;

const NAMED = {
  en: /(?<!\p{L})[Ww]ith (\p{Lu}\p{Ll}{1,15})(?: and \p{Lu}\p{Ll}{1,15})?(?!\p{L})/u,
  de: new RegExp(String.raw`(?<!\p{L})(?:mit|für) ((?:${FIRST_NAMES}))(?: und (?:${FIRST_NAMES}))?(?!\p{L})`, 'iu'),
  fr: /(?<!\p{L})[Aa]vec (\p{Lu}\p{Ll}{1,15})(?: et \p{Lu}\p{Ll}{1,15})?(?!\p{L})/u,
  es: /(?<!\p{L})[Cc]on (\p{Lu}\p{Ll}{1,15})(?: y \p{Lu}\p{Ll}{1,15})?(?!\p{L})/u,
} satisfies Record<Language, RegExp>;

/** Who takes part or for whom it is, in the words of the text ("with Anna", "for my boss"). */
export function findPeople(text: string, language: Language): Found | undefined {
  const named = NAMED[language].exec(text);
  const match = named !== null && !NOT_A_PERSON.test(named[1] ?? '') ? named : COMPILED[language].exec(text);
  return match === null ? undefined : { value: match[0], start: match.index, end: match.index + match[0].length };
}
