import { embeddedObject } from './embedded-json.js';
import { parseJson } from './http/json.js';

/** What a text may have in front of it, or between its words, and lose: more than this is read as if it ended there. */
const SPARE = 4;
/** A code point takes at most two UTF-16 units. */
const UNITS_PER_POINT = 2;
const CUT_MARK = ' […]';

/** A model's reasoning before its answer, where the server does not separate the two: it may hold drafts of the answer. */
const THOUGHTS = /^\s*<think>.*?(?:<\/think>|$)/s;

/** A line in its final form: words parted by single blanks. Most texts match, and need no further work. */
const PLAIN_LINE = /^[^\s\p{Cc}\p{Cs}]+(?: [^\s\p{Cc}\p{Cs}]+)*$/u;

/** One line of valid Unicode of at most `length` code points: line breaks and control characters become blanks. */
export function oneLine(text: string, length: number): string {
  if (text.length <= length && PLAIN_LINE.test(text)) return text;
  const line = bounded(text, length)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  return firstPoints(line, length).trim();
}

/** Running text of valid Unicode, with its line breaks, of at most `length` code points and without other control characters. */
export function prose(text: string, length: number): string {
  const plain = bounded(text, length)
    .replace(/\r\n?|[\p{Zl}\p{Zp}]/gu, '\n')
    .replace(/\t/gu, ' ')
    .replace(/[^\P{Cc}\n]+/gu, '')
    .trim();
  return firstPoints(plain, length).trim();
}

/** The start of a text, at most `length` code points, with a mark where the rest was. */
export function trimmedTo(text: string, length: number): string {
  if (text.length <= length) return text;
  const points = Array.from(text.slice(0, (length + 1) * UNITS_PER_POINT));
  if (points.length <= length) return text;
  return `${points
    .slice(0, length - CUT_MARK.length)
    .join('')
    .toWellFormed()}${CUT_MARK}`;
}

/**
 * The JSON in a message's content; undefined when there is none. Models like to wrap it in a code fence, or in words, although
 * asked not to.
 */
export function jsonIn(content: string): unknown {
  const answer = content.replace(THOUGHTS, '');
  const bare = answer
    .trim()
    .replace(/^```\w{0,10}/, '')
    .replace(/```$/, '');
  return parseJson(bare) ?? embeddedObject(answer);
}

/** Keeps the work on a text of any length small. */
function bounded(text: string, length: number): string {
  return text
    .trimStart()
    .slice(0, length * UNITS_PER_POINT * SPARE)
    .toWellFormed();
}

function firstPoints(text: string, length: number): string {
  return text.length <= length
    ? text
    : Array.from(text.slice(0, length * UNITS_PER_POINT))
        .slice(0, length)
        .join('');
}
