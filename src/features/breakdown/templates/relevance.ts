/** The usual constants of BM25 (Robertson and Zaragoza 2009, section 3.2). */
const K1 = 1.2;
const B = 0.75;

/** Scores texts against a fixed set of small documents, by the words that they share. */
export class Relevance {
  /** What each word of each document adds. */
  private readonly weights: readonly ReadonlyMap<string, number>[];

  constructor(documents: readonly (readonly string[])[]) {
    const counts = documents.map(countsOf);
    const meanLength = documents.reduce((sum, { length }) => sum + length, 0) / Math.max(1, documents.length);
    this.weights = documents.map(
      ({ length }, document) =>
        new Map(
          [...(counts[document] ?? [])].map(([word, count]) => [
            word,
            (rarityOf(word, counts) * count * (K1 + 1)) / (count + K1 * (1 - B + (B * length) / meanLength)),
          ]),
        ),
    );
  }

  /** The score of one document; a word counts once, however often the text repeats it. */
  score(document: number, words: ReadonlySet<string>): number {
    const weights = this.weights[document];
    if (weights === undefined) return 0;
    let sum = 0;
    for (const word of words) sum += weights.get(word) ?? 0;
    return sum;
  }
}

function rarityOf(word: string, documents: readonly ReadonlyMap<string, number>[]): number {
  const holders = documents.filter((counts) => counts.has(word)).length;
  return Math.log(1 + (documents.length - holders + 0.5) / (holders + 0.5));
}

function countsOf(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
