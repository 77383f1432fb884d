import type { Language } from '../../language/language.js';
import type { TaskKind } from '../../language/lexicon/task-kind.js';
import { fold } from '../../language/words.js';
import { DE_FAMILIES } from './families/de.js';
import { EN_FAMILIES } from './families/en.js';
import { ES_FAMILIES } from './families/es.js';
import type { Family, FamilyWords } from './families/family.js';
import { FAMILIES } from './families/family.js';
import { FR_FAMILIES } from './families/fr.js';

const WORDS = {
  en: EN_FAMILIES,
  de: DE_FAMILIES,
  fr: FR_FAMILIES,
  es: ES_FAMILIES,
} satisfies Record<Language, FamilyWords>;

/** A request says early what it is; on so short a text no expression can take long. */
const UNITS_READ = 240;

/** The family that a request is of. One that weighs its options is of none, whatever it weighs. */
export function familyOf(request: string, language: Language, kind: TaskKind | undefined): Family | undefined {
  if (kind === 'decide') return undefined;
  const folded = fold(request.slice(0, UNITS_READ)).replaceAll('’', "'");
  return FAMILIES.find((family) => WORDS[language][family].some((words) => words.test(folded)));
}
