/** What a model that goes on may repeat of the text before, in UTF-16 units. */
const MOST_REPEATED = 200;

/** What another one has to say again before it is believed to go on: so much of the end, in UTF-16 units. */
const ANCHOR = 8;

/** The anchor begins at a blank, if one is near: models go on in words, not in letters. */
const NEAR = 64;

/** Shorter beginnings are not worth continuing: a new start repeats them as well. */
const LEAST_PREFILL = 16;

/**
 * As much of a text as another model is given to go on from: all but its last words. By repeating those it shows that it goes
 * on, where many begin anew or say something else. Empty where there is too little to go on from.
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
 * Finds where in a text that was sent another one has begun: where its prefill ended, somewhat earlier, or at the very beginning.
 * It has to repeat what was sent from there on, to the letter; what follows is new.
 */
export class Alignment {
  /** Where in the sent text the other one may have begun; the likeliest first. */
  private begins: readonly number[];
  private said = '';

  /** @param prefill how much of the sent text the other one was given; 0 when it begins anew. */
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
    this.begins = this.begins.filter((begin) => {
      const from = begin + before;
      return from >= sent.length || sent.startsWith(text.slice(0, sent.length - from), from);
    });
    const [likeliest] = this.begins;
    if (likeliest === undefined) return null;
    // While another beginning is possible whose repetition is not over, nobody can tell what follows from a repetition.
    if (this.begins.some((begin) => begin + this.said.length < sent.length)) return undefined;
    const begin = this.begins.includes(0) ? 0 : likeliest;
    return this.said.slice(sent.length - begin);
  }
}
