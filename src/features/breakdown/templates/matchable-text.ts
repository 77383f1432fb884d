import type { Language } from '../../../llm/language/language.js';
import { stem, wordsOf } from '../../../llm/language/words.js';
import { findNamedPlace } from '../../../llm/offline/reading/place.js';

const WORDS_READ = 150;

/** A text made ready for matching in one language. */
export class MatchableText {
  readonly words: readonly string[];
  readonly stems: readonly string[];
  /** The stems, each once. */
  readonly known: ReadonlySet<string>;
  private namesPlace: boolean | undefined;

  constructor(
    private readonly text: string,
    private readonly language: Language,
  ) {
    this.words = wordsOf(text, WORDS_READ);
    this.stems = this.words.map((word) => stem(word, language));
    this.known = new Set(this.stems);
  }

  /** Whether it names a place by its proper name. Found out when asked for: few triggers want one. */
  get hasNamedPlace(): boolean {
    return (this.namesPlace ??= findNamedPlace(this.text.slice(0, WORDS_READ * 8), this.language) !== undefined);
  }
}
