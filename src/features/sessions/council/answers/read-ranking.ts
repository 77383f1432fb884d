import { z } from 'zod';
import type { Reading } from '../../../../llm/broker/llm-call.js';
import { jsonIn } from '../../../../llm/text.js';
import type { LabelledSeat } from '../labels.js';
import type { SeatId } from '../spec.js';
import { complain } from './answer.js';

/** The ranking stands at the end; what a model says before that is of no use here. UTF-16 units. */
const MOST_READ = 20_000;
const LONGEST_LINE = 300;
/** Of a JSON object, and of each of its lists: more is no ranking, and would cost time. */
const MOST_ENTRIES = 100;

/** An evaluation may be a list that names labels too, and it comes first. */
const RANKING_NAME = /rank/iu;
const HEADING = /final[\s*_]+ranking/giu;
const MARKUP = /[*_`#"'“”„«»{}|]/gu;
const NUMBERING = /^(?:\d{1,2}\s*[.):-]*|[-–•])\s*/u;
/** A label alone must end the line or stand before punctuation: "A: clear", not "A clear answer". */
const LABEL =
  /^(?:(?:response|answer|antwort|réponse|respuesta)\s*[:#]?\s*([A-I])(?![\p{L}\p{N}])|([A-I])(?=\s*(?:$|[-–—:.,;=>()[\]])))/iu;
const BETWEEN = /\s*[>,;→≻]\s*/u;

const UNRANKED = 'it has no list `ranking` of labels, such as ["Response B", "Response A"].';
const ranksNobody = z.object({ ranking: z.array(z.never()) });
const ranks = z.array(z.object({ rank: z.number() }));

/**
 * Reads a vote: labels in order, in a JSON list, as it was asked for; or after the last "FINAL RANKING" that labels follow; or in
 * a list that is the whole answer. Case, markdown, numbering and the word "Response" do not matter. Unknown and repeated labels
 * are dropped; seats that are left out share the last places (see `tally`).
 *
 * Prose that merely mentions labels is no ranking. Such a voter is asked once more, and then counts as abstaining: it has read
 * the others and answered, and a council must not fail for lack of a list.
 */
export function readRanking(content: string, labels: readonly LabelledSeat[]): Reading<readonly SeatId[]> {
  const seatOf = new Map(labels.map(({ label, seat }) => [label, seat]));
  for (const lines of sectionsOf(content)) {
    const named = lines.flatMap(labelsIn).flatMap((label) => seatOf.get(label) ?? []);
    if (named.length > 0) return { ok: true, value: [...new Set(named)] };
  }
  if (!/[\p{L}\p{N}]/u.test(content)) return complain(UNRANKED);
  return { ok: true, value: [], ...(ranksNobody.safeParse(jsonIn(content)).success ? {} : { complaint: UNRANKED }) };
}

/** Where a ranking may stand, the likeliest place first. */
function sectionsOf(content: string): readonly (readonly string[])[] {
  const list = listIn(jsonIn(content));
  if (list !== undefined) return [list];
  const text = content.slice(-MOST_READ);
  const [before = '', ...after] = text.split(HEADING);
  const sections = after.map(linesOf).toReversed();
  const whole = after.length === 0 ? linesOf(before) : [];
  return whole.every((line) => labelsIn(line).length > 0) ? [...sections, whole] : sections;
}

function linesOf(text: string): readonly string[] {
  return text.split(/[\n\r]+/u).filter((line) => line.trim() !== '');
}

/** The first list in an object that names labels, as strings or in objects. Members called a ranking rule out all others. */
function listIn(json: unknown): readonly string[] | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const members = Array.isArray(json) ? [['', json] as const] : Object.entries(json);
  const rankings = members.filter(([name]) => RANKING_NAME.test(name));
  return (rankings.length > 0 ? rankings : members)
    .slice(0, MOST_ENTRIES)
    .flatMap(([name, value]: readonly [string, unknown]) => {
      const list: readonly unknown[] | undefined = Array.isArray(value)
        ? value
        : RANKING_NAME.test(name)
          ? asList(value)
          : undefined;
      return list ? [list.slice(0, MOST_ENTRIES)] : [];
    })
    .map((list) => inRankOrder(list).flatMap(stringsIn).slice(0, MOST_ENTRIES))
    .map((list) => list.filter((entry) => typeof entry === 'string'))
    .find((list) => list.some((entry) => labelsIn(entry).length > 0));
}

/** A ranking that is a chain ("B > A"), that gives each place its label, or each label its place. */
function asList(ranking: unknown): readonly unknown[] | undefined {
  if (typeof ranking === 'string') return linesOf(ranking.slice(0, MOST_READ));
  if (typeof ranking !== 'object' || ranking === null) return undefined;
  const entries: [string, unknown][] = Object.entries(ranking).slice(0, MOST_ENTRIES);
  const places = z.array(z.tuple([z.string(), z.number()])).safeParse(entries);
  if (!places.success) return entries.map(([, label]) => label);
  return places.data.toSorted(([, one], [, other]) => one - other).map(([label]) => label);
}

/** Objects that all state their rank may stand in any order. */
function inRankOrder(list: readonly unknown[]): readonly unknown[] {
  const ranked = ranks.safeParse(list);
  if (!ranked.success) return list;
  return ranked.data
    .map(({ rank }, index) => ({ rank, entry: list[index] }))
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ entry }) => entry);
}

function stringsIn(entry: unknown): readonly unknown[] {
  return typeof entry === 'object' && entry !== null ? Object.values(entry) : [entry];
}

/** The labels of one line: of a list item, or of a chain such as "B > A > C". */
function labelsIn(line: string): readonly string[] {
  const bare = line
    .slice(0, LONGEST_LINE)
    .replace(MARKUP, ' ')
    .replace(/^[\s>:([]+/u, '')
    .replace(NUMBERING, '')
    .trim();
  const parts = bare.split(BETWEEN).map((part) => labelAt(part.replace(NUMBERING, '')));
  const chain = parts.flatMap((part) => (part?.isWhole === true ? [part.label] : []));
  if (chain.length === parts.length) return chain;
  const first = labelAt(bare);
  return first === undefined ? [] : [first.label];
}

function labelAt(text: string): { readonly label: string; readonly isWhole: boolean } | undefined {
  const match = LABEL.exec(text);
  const label = match?.[1] ?? match?.[2];
  if (match === null || label === undefined) return undefined;
  return { label: label.toUpperCase(), isWhole: text.slice(match[0].length).replace(/[\s.]+$/u, '') === '' };
}
