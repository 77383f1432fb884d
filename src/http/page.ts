import { createHash } from 'node:crypto';
import { IsInt, IsOptional, IsString, Min } from 'class-validator';
import { AppError } from '../reliability/errors/app-error.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** A list, a page at a time. */
export interface Page<T> {
  data: T[];
  /** Ask for the next page with this as `cursor`; null on the last page. */
  next_cursor: string | null;
}

/** Which page of a list the client wants. */
export class PageQuery {
  /** Where the previous page ended: its `next_cursor`. */
  @IsOptional()
  @IsString()
  cursor?: string;

  private rows = DEFAULT_LIMIT;

  /** The most items of a page. A value above 200 counts as 200. @default 50 */
  @IsOptional()
  @IsInt()
  @Min(1)
  get limit(): number {
    return this.rows;
  }

  set limit(limit: number) {
    this.rows = Math.min(limit, MAX_LIMIT);
  }
}

/** A position in a list: the values that the list is sorted by. */
export type Position = readonly (string | number)[];

/** The filters of a list; a cursor is valid only with the filters that it was made with. */
export type Filters = Readonly<Record<string, string | number | boolean | undefined>>;

/** A cursor that points behind `position`. Opaque to clients, but no secret: it grants nothing. */
export function encodeCursor(position: Position, filters: Filters = {}): string {
  return Buffer.from(JSON.stringify([digestOf(filters), ...position])).toString('base64url');
}

/**
 * The position that a cursor points behind; undefined without a cursor.
 * @param shape the type of each value of the position.
 * @throws AppError invalid_cursor when it is malformed or was made with other filters.
 */
export function decodeCursor(
  cursor: string | undefined,
  shape: readonly ('string' | 'number')[],
  filters: Filters = {},
): (string | number)[] | undefined {
  if (cursor === undefined) return undefined;
  const [digest, ...position] = partsOf(cursor);
  const fits = position.length === shape.length && position.every((part, at) => typeof part === shape[at]);
  if (!fits || digest !== digestOf(filters)) throw new AppError('invalid_cursor');
  return position.filter(isPart);
}

/** A page out of `limit + 1` rows: the extra one, if it is there, shows that another page follows, and is left out. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  { item, position, filters }: { item: (row: Row) => Item; position: (row: Row) => Position; filters?: Filters },
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? encodeCursor(position(last), filters) : null;
  return { data: shown.map(item), next_cursor: next };
}

/**
 * A page of a list that is in memory as a whole.
 * @param keyOf the key that identifies an item.
 * @throws AppError invalid_cursor
 */
export function pageAmong<T>(items: readonly T[], { cursor, limit }: PageQuery, keyOf: (item: T) => string): Page<T> {
  const [after] = decodeCursor(cursor, ['string']) ?? [];
  const start = after === undefined ? 0 : items.findIndex((item) => keyOf(item) === after) + 1;
  if (after !== undefined && start === 0) throw new AppError('invalid_cursor');
  return pageOf(items.slice(start, start + limit + 1), limit, {
    item: (item) => item,
    position: (item) => [keyOf(item)],
  });
}

function partsOf(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parts)) return parts;
  } catch {
    // Falls through to the refusal: it is not a cursor of ours.
  }
  throw new AppError('invalid_cursor');
}

function isPart(part: unknown): part is string | number {
  return typeof part === 'string' || typeof part === 'number';
}

function digestOf(filters: Filters): string {
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  const text = JSON.stringify(given.sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha256').update(text).digest('base64url').slice(0, 8);
}
