/** A turn of phrase that means another thing than its single words, and the word of the lexicon that stands for it. */
export type Phrase = readonly [RegExp, string];
