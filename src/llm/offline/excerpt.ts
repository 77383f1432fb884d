import { withBalancedBrackets } from '../language/sentences.js';

const DEFAULT_LENGTH = 60;
/** The end of a text whose dot is a part of the word before it: "etc.", "usw.", "9 a.m.", "z. B.", "d. J.". */
const ABBREVIATED_END = /(?:^|\P{L})(?:etc|usw|p\. ?e[jx]|\p{L}\. ?\p{L})$/u;
/** How far back a cut may move to end at a word, as a share of the length. */
const EARLIEST_CUT = 0.6;

/** Plain text in its final form: words parted by single blanks, without brackets, quotes and the like. Most texts match. */
const PLAIN_TEXT = /^[^\s\p{C}\uFFFD()[\]{}<>`\\|“”„«»"]+(?: [^\s\p{C}\uFFFD()[\]{}<>`\\|“”„«»"]+)*$/u;

/**
 * One line of plain text out of anything a client may send: no control, format or private characters, no line breaks, and none
 * of the characters that could pass for markup, JSON or a slot.
 */
export function plainText(text: string): string {
  if (PLAIN_TEXT.test(text)) return text;
  const line = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Co}\p{Cn}\uFFFD]|(?![\u200D])\p{Cf}|[{}[\]<>`\\|]/gu, ' ')
    .replace(/[“”„«»"]/gu, '’')
    .replace(/\s+/gu, ' ')
    .replaceAll('( ', '(')
    .replaceAll(' )', ')')
    .trim();
  // A bracket that nothing follows would swallow the closing quotation mark.
  return withoutTail(line, ' (');
}

/** The start of a text as plain text of at most `length` code points, cut at the end of a word. */
export function excerpt(text: string, length = DEFAULT_LENGTH): string {
  // A code point takes at most two units; what lies further cannot show.
  const plain = plainText(withBalancedBrackets(plainText(text.slice(0, length * 8))));
  const points = [...plain];
  if (points.length <= length) return plain;
  const cut = points.slice(0, length - 1);
  const space = cut.lastIndexOf(' ');
  const end = space >= length * EARLIEST_CUT ? space : cut.length;
  return `${trimTail(withBalancedBrackets(cut.slice(0, end).join('')))}…`;
}

/** Without the punctuation at the end that would look odd before an ellipsis or a closing quote. */
export function trimTail(text: string): string {
  const trimmed = withoutTail(text, ' ,;:.!?-–—(');
  return ABBREVIATED_END.test(trimmed.slice(-6)) && text.charAt(trimmed.length) === '.' ? `${trimmed}.` : trimmed;
}

/** A loop, because an expression that looks for the end of a text is quadratic in runs elsewhere. */
function withoutTail(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** With a full stop, unless what ends it brings its own: an abbreviation, or what was left out. */
export function withStop(text: string): string {
  return /[.…]$/u.test(text) ? text : `${text}.`;
}

/** With a capital first letter; other characters stay as they are. */
export function capitalised(text: string): string {
  const [first = ''] = text;
  return first.toLocaleUpperCase('en') + text.slice(first.length);
}
