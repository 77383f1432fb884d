import type { ChunkFacts, ChunkRun } from '../provider.js';

/** What stands between the quotation marks of a JSON string (RFC 8259, section 7). */
// eslint-disable-next-line no-control-regex -- control characters are what must not be in it.
const STRING = /^(?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[\da-f]{4})*$/i;

/** Of one chunk, in UTF-16 units. Longer words are parsed: matching takes a stack that grows with them, and would overflow. */
const MOST_WORDS = 10_000;

/** Up to the first letter of the words. */
const NAME = '"content":"';

/** How nearly all servers write an event: its data in one line, and an empty one after it. */
const LEAD = 'data: ';
const END = '\n\n';

/**
 * What the chunks of one stream have in common: nearly all of them differ in a few words only. One that fits the pattern need not
 * be parsed: what stands between its two ends is plain text of a JSON string.
 */
export class ChunkPattern {
  private readonly lead: string;
  private readonly end: string;

  private constructor(
    readonly before: string,
    readonly after: string,
  ) {
    this.lead = LEAD + before;
    this.end = after + END;
  }

  /** Learns from a chunk. @returns undefined where it holds more than words, or where its words cannot be located. */
  static of(text: string, { text: content, other, finish }: ChunkFacts, usage: unknown): ChunkPattern | undefined {
    if (content === '' || other !== 'none' || finish !== undefined || (usage !== undefined && usage !== null))
      return undefined;
    const field = NAME + JSON.stringify(content).slice(1);
    const at = text.indexOf(field);
    if (at === -1 || text.includes(field, at + 1)) return undefined;
    const end = at + field.length;
    return new ChunkPattern(text.slice(0, at + NAME.length), text.slice(end - 1));
  }

  /** A chunk that fits; undefined for all others. */
  match(text: string): ChunkRun | undefined {
    const { before, after } = this;
    if (text.length <= before.length + after.length || !text.startsWith(before) || !text.endsWith(after))
      return undefined;
    const words = text.slice(before.length, text.length - after.length);
    return arePlain(words) ? { before, after, words: [words] } : undefined;
  }

  /** The events from here on, for as long as they are chunks that fit. @returns their run, and where it ends. */
  matchAll(text: string, from: number): { run: ChunkRun; end: number } | undefined {
    const { before, after, lead, end } = this;
    const words: string[] = [];
    let at = from;
    // V8 compares equal texts several bytes at a time, but `startsWith` letter by letter.
    while (text.slice(at, at + lead.length) === lead) {
      const begin = at + lead.length;
      const stop = text.indexOf('\n', begin) - after.length;
      if (stop <= begin || text.slice(stop, stop + end.length) !== end) break;
      const one = text.slice(begin, stop);
      if (!arePlain(one)) break;
      words.push(one);
      at = stop + end.length;
    }
    return words.length === 0 ? undefined : { run: { before, after, words }, end: at };
  }
}

function arePlain(words: string): boolean {
  return words.length <= MOST_WORDS && STRING.test(words);
}
