/** How far before the end of its prefill a model may begin to repeat, in UTF-16 units. */
const MOST_REPEATED = 200;

/** How much of the end another model must repeat before it is believed to continue, in UTF-16 units. */
const ANCHOR = 8;

/** The anchor begins at a blank, if one is so near: models continue with whole words, not letters. */
const NEAR = 64;

/** Shorter beginnings are not worth continuing: a new start repeats them as well. */
const LEAST_PREFILL = 16;

/**
 * The part of a sent text that another model is given to continue: all but the last words. By repeating those it shows that it
 * continues; many models start over or say something else. Empty where there is too little to continue.
 */
export function prefillOf(sent: string): string {
  const anchorFrom = Math.max(0, sent.length - ANCHOR);
  const nearFrom = Math.max(0, anchorFrom - NEAR);
  const blank = sent.slice(nearFrom, anchorFrom + 1).search(/\s\S*$/);
  const cut = blank === -1 ? anchorFrom : nearFrom + blank;
  const prefill = sent.slice(0, cut).toWellFormed().trimEnd();
  return prefill.length < LEAST_PREFILL || !sent.startsWith(prefill) ? '' : prefill;
}

/**
 * Finds where in the sent text another model begins: at the end of its prefill, somewhat earlier, or at the very beginning.
 * From there it must repeat the sent text to the letter; what follows is new.
 */
export class Alignment {
  /** Where in the sent text the other model may have begun; the likeliest first. */
  private begins: readonly number[];
  private said = '';
  /** Blanks before the first word, if the sent text has none there: some models begin each answer with them. */
  private blanks = 0;

  /** @param prefill how much of the sent text the other model was given; 0 when it starts over. */
  constructor(
    private readonly sent: string,
    prefill: number,
  ) {
    const blanks = /^\s*/.exec(sent.slice(prefill))?.[0].length ?? 0;
    const repeated = Array.from({ length: Math.min(prefill, MOST_REPEATED) }, (_, back) => prefill - 1 - back);
    this.begins = prefill === 0 ? [0] : [...new Set([prefill, prefill + blanks, ...repeated, 0])];
  }

  /** @returns what is new; undefined while it only repeats; null when it says something else. */
  push(text: string): string | undefined | null {
    const { sent } = this;
    const before = this.said.length;
    this.said += text;
    if (before === this.blanks && /^\S/.test(sent)) this.blanks = this.said.length - this.said.trimStart().length;
    this.begins = this.begins.filter((begin) => {
      const repeated = this.said.slice(Math.max(before, this.skipped(begin)));
      const from = begin + this.said.length - repeated.length - this.skipped(begin);
      return from >= sent.length || sent.startsWith(repeated.slice(0, sent.length - from), from);
    });
    const [likeliest] = this.begins;
    if (likeliest === undefined) return null;
    // While another possible beginning is still being repeated, new text cannot be told from repeated text.
    if (this.begins.some((begin) => begin + this.said.length - this.skipped(begin) < sent.length)) return undefined;
    const begin = this.begins.includes(0) ? 0 : likeliest;
    return this.said.slice(sent.length - begin + this.skipped(begin));
  }

  /** How much of what was said stands before the text that begins there. */
  private skipped(begin: number): number {
    return begin === 0 ? this.blanks : 0;
  }
}
