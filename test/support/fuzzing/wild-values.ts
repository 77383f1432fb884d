import type { SeededRandom } from '../seeded-random.js';

/** Text that a number in JSON can be written as, put in after serialising. */
const NUMBER_MARK = '\u{10ABCD}number';
const WILD_NUMBERS = ['1e999', '-1e999', '99999999999999999999', '1e-400', '-0', '0.1e1', '1E400000', '123456789e-9'];
const BROKEN_NUMBERS = ['01', '+1', '.5', '1.', '0x10', 'NaN', 'Infinity', '1_000', '--1'];

/** Makes values of any kind; few of them are allowed anywhere. */
export class WildValues {
  constructor(private readonly random: SeededRandom) {}

  make(depth = 0): unknown {
    const { random } = this;
    const makers: (() => unknown)[] = [
      () => null,
      () => random.chance(0.5),
      () => random.pick([0, -1, 1, 1.5, 6, 33, 2 ** 31, 2 ** 53, 1e308, -1e-308, 1_000_000_001]),
      () => NUMBER_MARK,
      () => this.text(),
      () => this.text(),
      () =>
        random.pick([
          '3',
          'true',
          'null',
          '',
          ' ',
          '[object Object]',
          "'; DROP TABLE tenants; --",
          '../../etc/passwd',
          '${7*7}',
        ]),
      () =>
        random
          .pick(['a', '😀', '\u0301'])
          .repeat(random.pick([7, 8, 64, 65, 128, 129, 200, 201, 254, 280, 281, 3_999, 4_001])),
      () =>
        depth > 2
          ? []
          : random.times(random.pick([0, 1, 2, 32, 33]), () => (random.chance(0.9) ? 'x' : this.make(depth + 1))),
      () =>
        depth > 2 ? {} : Object.fromEntries(random.times(random.int(0, 3), () => [this.name(), this.make(depth + 1)])),
      () => nested(random.pick([5, 28, 29, 30, 31, 32, 40, 1_000]), random.chance(0.5)),
    ];
    return random.pick(makers)();
  }

  /** Control characters, unpaired surrogates, non-characters, marks and letters of all planes. */
  text(): string {
    const { random } = this;
    const makers: (() => string)[] = [
      () => String.fromCharCode(random.int(0, 0x1f)),
      () => String.fromCharCode(random.int(0xd800, 0xdfff)),
      () => String.fromCodePoint(random.int(0x80, 0x2fff)),
      () => String.fromCodePoint(random.pick([0xfeff, 0xfffe, 0xffff, 0x202e, 0x200d, 0x2028, 0x10ffff, 0x1f600])),
      () => random.pick(['"', '\\', '\u007f', '\r\n', '{', '<script>', '%00', '\0', 'a', ' ']),
    ];
    return random.times(random.int(0, 20), () => random.pick(makers)()).join('');
  }

  name(): string {
    const names = [
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'id',
      'tenant_id',
      'scopes',
      'a'.repeat(300),
      '',
    ];
    return this.random.chance(0.7) ? this.random.pick(names) : this.text();
  }

  /** The value as JSON, some of its numbers in unusual notation. */
  json(value: unknown): string {
    const { random } = this;
    let text = JSON.stringify(value) ?? '';
    while (text.includes(`"${NUMBER_MARK}"`))
      text = text.replace(`"${NUMBER_MARK}"`, random.pick(random.chance(0.8) ? WILD_NUMBERS : BROKEN_NUMBERS));
    return text;
  }
}

function nested(depth: number, inObjects: boolean): unknown {
  let value: unknown = [];
  for (let level = 1; level < depth; level++) value = inObjects ? { a: value } : [value];
  return value;
}
