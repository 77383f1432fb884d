/** The usual constants of BM25 (Robertson and Zaragoza 2009, section 3.2). */
const K1 = 1.2;
const B = 0.75;

/** Scores texts against a fixed set of small documents, by the words that they share. */
export class Relevance {
  private readonly counts: readonly ReadonlyMap<string, number>[];
  private readonly lengths: readonly number[];
  private readonly meanLength: number;

  constructor(documents: readonly (readonly string[])[]) {
    this.counts = documents.map(countsOf);
    this.lengths = documents.map(({ length }) => length);
    this.meanLength = this.lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, documents.length);
  }

  /** The score of one document; a word counts once, however often the text repeats it. */
  score(document: number, words: ReadonlySet<string>): number {
    const counts = this.counts[document];
    const length = this.lengths[document];
    if (counts === undefined || length === undefined) return 0;
    let sum = 0;
    for (const word of words) {
      const count = counts.get(word) ?? 0;
      if (count > 0)
        sum += (this.rarity(word) * count * (K1 + 1)) / (count + K1 * (1 - B + (B * length) / this.meanLength));
    }
    return sum;
  }

  private rarity(word: string): number {
    const holders = this.counts.filter((counts) => counts.has(word)).length;
    return Math.log(1 + (this.counts.length - holders + 0.5) / (holders + 0.5));
  }
}

function countsOf(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
