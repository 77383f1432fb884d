import type { Language } from '../../language/language.js';
import { saysWhatToDo, soundsLikeOrder } from './action.js';
import { withoutOpening } from './opening.js';

/** So few words are a name for something to do ("yoga", "piano practice"), and no statement. */
const MOST_WORDS_OF_NAME = 2;

/** Whether a clause says or names something to do, and does not merely tell how things are. */
export function asksForSomething(clause: string, language: Language): boolean {
  const { rest, opened } = withoutOpening(clause, language);
  if (opened || rest.split(' ', MOST_WORDS_OF_NAME + 1).length <= MOST_WORDS_OF_NAME) return true;
  return saysWhatToDo(rest, language) || (language === 'en' && soundsLikeOrder(rest));
}
