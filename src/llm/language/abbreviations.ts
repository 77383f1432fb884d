import type { Language } from './language.js';
import { perLanguage } from './language.js';
import { fold } from './words.js';

/** Words that carry a dot of their own, folded; single letters ("z. B.", "a.m.") need no entry. */
const ABBREVIATIONS = {
  en: 'dr mr mrs ms prof st mt jr sr rev gen approx ca incl excl etc vs ext dept est min max misc tel appt apt inc ltd co corp eg ie jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun ave blvd rd vol fig',
  de: 'dr hr fr frl prof dipl ing st ca usw etc bzw inkl exkl zzgl ggf evtl vgl nr fa abt tel str mo di mi do sa so jan feb mrz apr jun jul aug sep sept okt nov dez mind max min ungef bspw sog urspr allg bes gem geb lt od sen jun co kap bd abs art std mio mrd tsd einschl zb',
  fr: 'dr mme mlle mm me pr prof av env ex etc tel bd boul cf chap fig vol num no apt st ste min max janv fevr avr juil sept oct nov dec lun mar mer jeu ven sam dim incl excl approx rdv',
  es: 'dr dra sr sra srta d dna prof profa aprox cap ud uds vd vds etc tel tfno av avda ej pag num no fig vol incl excl min max ene feb mar abr may jun jul ago sep sept oct nov dic lun mar mie jue vie sab dom sto sta',
} satisfies Record<Language, string>;

const SETS = perLanguage((language): ReadonlySet<string> => new Set(ABBREVIATIONS[language].split(' ')));

/** Abbreviations that end an enumeration, and so often a sentence with it. */
export const CLOSERS_OF_LISTS: ReadonlySet<string> = new Set(['etc', 'usw']);

/** Words of the list that end sentences as ordinary words when written small ("Das ist so.", "I sat."). */
const ONLY_CAPITAL = /^(?:so|do|di|mi|fr|sat|sun|wed|mon|mar|may|st|me|no|est|co|art|fig|ext|ex)$/;
/** …except these, which are abbreviations in any case in the language named. */
const IN_ANY_CASE = { en: 'st ext est', de: '', fr: 'ex', es: '' } satisfies Record<Language, string>;

/** Whether a dot behind the word belongs to the word. */
export function isAbbreviation(word: string, language: Language): boolean {
  const folded = fold(word);
  // "Bahnhofstr."
  if (language === 'de' && folded.endsWith('str')) return true;
  if (!SETS[language].has(folded)) return false;
  return !ONLY_CAPITAL.test(folded) || word !== folded || IN_ANY_CASE[language].split(' ').includes(folded);
}
