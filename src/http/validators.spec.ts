import 'reflect-metadata';
import { describe, expect, test } from '@jest/globals';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsOptional, Min } from 'class-validator';
import fc from 'fast-check';
import { ValidationPipe } from './validation.pipe.js';
import { CodePoints, codePoints, isInstant, Nested, NestedList, Nullable } from './validators.js';

class Inner {
  @CodePoints({ min: 1, max: 3 })
  name: string;
}

class Outer {
  @Nullable()
  @IsInt()
  @Min(0)
  limit: number | null;

  @IsOptional()
  @IsIn(['a', 'b'], { message: '$property must be a or b, not $value' })
  kind?: string;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(2)
  @CodePoints({ max: 4 }, { each: true })
  hints: string[] = [];

  @IsOptional()
  @Nested(() => Inner)
  one?: Inner;

  @IsOptional()
  @NestedList(() => Inner)
  many?: Inner[];
}

const read = (value: unknown) => new ValidationPipe().transform(value, { type: 'body', metatype: Outer });

function pointersOf(value: unknown): string[] {
  try {
    read(value);
    return [];
  } catch (error) {
    return (error as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer);
  }
}

describe('the validation pipe', () => {
  test('makes instances, also of what is nested, and keeps defaults', () => {
    const outer = read({ limit: null, one: { name: 'x' }, many: [{ name: 'y' }] });
    expect(outer).toBeInstanceOf(Outer);
    expect(outer).toMatchObject({ limit: null, hints: [], one: { name: 'x' }, many: [{ name: 'y' }] });
    expect((outer as Outer).many?.[0]).toBeInstanceOf(Inner);
  });

  test.each([
    [{}, ['/limit']],
    [{ limit: 1, one: null }, ['/one']],
    [{ limit: 1, one: [] }, ['/one']],
    [{ limit: 1, one: { name: 'four' } }, ['/one/name']],
    [{ limit: 1, one: { name: 'x', more: 1 } }, ['/one/more']],
    [{ limit: 1, many: {} }, ['/many']],
    [{ limit: 1, many: [{ name: 'ok' }, {}, 3] }, ['/many/1/name', '/many/2']],
    [{ limit: 1, hints: 'text' }, ['/hints']],
    [{ limit: 1, hints: ['ok', 'too long'] }, ['/hints/1']],
    [{ limit: 1, hints: ['a', 'b', 'c'] }, ['/hints']],
    [{ limit: -1, kind: 'c' }, ['/limit', '/kind']],
    [JSON.parse('{"limit":1,"__proto__":{}}'), ['/__proto__']],
    [{ limit: 1, constructor: 1 }, ['/constructor']],
  ])('%j points to %j', (value, pointers) => {
    expect(pointersOf(value)).toEqual(pointers);
  });

  test('a message that would echo the value does not', () => {
    expect(() => read({ limit: 1, kind: 'hush' })).toThrow(
      expect.objectContaining({ errors: [{ pointer: '/kind', detail: 'kind must be a or b, not ' }] }),
    );
  });
});

describe('code points', () => {
  test('are counted as iteration counts them', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom('a', '😀', '\ud800', '\udc00'),
        fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
      ),
    });
    fc.assert(fc.property(text, (sample) => expect(codePoints(sample)).toBe([...sample].length)));
  });
});

describe('instants', () => {
  test.each([
    '2026-11-05T12:00:00Z',
    '2026-11-05t12:00:00.123z',
    '2024-02-29T23:59:59+14:00',
    '2000-02-29T00:00:00-23:59',
  ])('%s is one', (text) => {
    expect(isInstant(text)).toBe(true);
  });

  test.each([
    '2026-11-05',
    '2026-11-05T12:00Z',
    '2026-11-05T12:00:00',
    '2026-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-11-00T00:00:00Z',
    '2026-11-05T24:00:00Z',
    '2026-11-05T12:60:00Z',
    '2026-11-05T12:00:60Z',
    ' 2026-11-05T12:00:00Z',
    '2026-11-05T12:00:00Z\n',
    '2026-11-05T12:00:00+24:00',
    '٢٠٢٦-11-05T12:00:00Z',
    '',
  ])('%p is none', (text) => {
    expect(isInstant(text)).toBe(false);
  });

  test('whatever a Date writes is one', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), (date) =>
        expect(isInstant(date.toISOString())).toBe(true),
      ),
    );
  });
});
