import { ValidateBy, ValidateIf, ValidateNested, type ValidationOptions } from 'class-validator';

/** Bounds in Unicode code points: what a person counts as characters, near enough, and the same in every language. */
export interface CodePointBounds {
  min?: number;
  max?: number;
}

/** The number of Unicode code points of a text. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0xd800 || unit > 0xdbff) continue;
    const next = text.charCodeAt(at + 1);
    if (next < 0xdc00 || next > 0xdfff) continue;
    count--;
    at++;
  }
  return count;
}

/** Text of `min` to `max` code points; without bounds, any text. With `{ each: true }`, each element of a list. */
export function CodePoints(
  { min = 0, max = Infinity }: CodePointBounds,
  options?: ValidationOptions,
): PropertyDecorator {
  return ValidateBy(
    {
      name: 'codePoints',
      constraints: [min, max],
      validator: {
        validate: (value) => typeof value === 'string' && isWithin(value, min, max),
        defaultMessage: () => `must be text${boundsOf(min, max)}`,
      },
    },
    options,
  );
}

/** Text of at most so many bytes in UTF-8. */
export function Utf8Bytes(max: number, options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'utf8Bytes',
      constraints: [max],
      validator: {
        validate: (value) => typeof value === 'string' && Buffer.byteLength(value) <= max,
        defaultMessage: () => `must be text of at most ${max} bytes`,
      },
    },
    options,
  );
}

function boundsOf(min: number, max: number): string {
  if (max === Infinity) return min === 0 ? '' : ` of at least ${min} characters`;
  return min === 0 ? ` of at most ${max} characters` : ` of ${min} to ${max} characters`;
}

function isWithin(text: string, min: number, max: number): boolean {
  // A code point is one or two units, so most texts need no counting.
  if (text.length <= max && text.length >= 2 * min) return true;
  const count = codePoints(text);
  return count >= min && count <= max;
}

const INSTANT =
  /^\d{4}-\d\d-\d\d[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

const DAYS_OF_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether the text is a point in time (RFC 3339, section 5.6), without leap seconds. */
export function isInstant(text: string): boolean {
  if (!INSTANT.test(text)) return false;
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))];
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2 && day === 29) return isLeapYear;
  return day >= 1 && day <= (DAYS_OF_MONTH[month - 1] ?? 0);
}

/** A point in time as RFC 3339 text. */
export function IsInstant(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isInstant',
      validator: {
        validate: (value) => typeof value === 'string' && isInstant(value),
        defaultMessage: () => 'must be a point in time such as 2026-11-05T12:00:00Z',
      },
    },
    options,
  );
}

/** Lets a field be `null`; its other rules hold for all other values. */
export function Nullable(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== null);
}

export type DtoClass = new () => object;

const nestedTypes = new WeakMap<object, Map<string, () => DtoClass>>();

/** A field that is itself an object with fields. */
export function Nested(type: () => DtoClass): PropertyDecorator {
  return (target, property) => {
    register(target, String(property), type);
    ValidateNested()(target, property);
  };
}

/** A field that is a list of objects with fields. */
export function NestedList(type: () => DtoClass): PropertyDecorator {
  return (target, property) => {
    register(target, String(property), type);
    ValidateNested({ each: true })(target, property);
  };
}

/** The class of a nested field, as its decorator names it. */
export function nestedTypeOf(dto: DtoClass, property: string): DtoClass | undefined {
  for (
    let prototype: unknown = dto.prototype;
    typeof prototype === 'object' && prototype;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    const type = nestedTypes.get(prototype)?.get(property);
    if (type) return type();
  }
  return undefined;
}

function register(target: object, property: string, type: () => DtoClass): void {
  const types = nestedTypes.get(target) ?? new Map<string, () => DtoClass>();
  nestedTypes.set(target, types.set(property, type));
}
