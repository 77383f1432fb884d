import { beforeEach, expect, it } from '@jest/globals';
import { SpokenText } from './spoken-text.js';

let told: string[];
let spoken: SpokenText;
beforeEach(() => {
  told = [];
  spoken = new SpokenText((text) => void told.push(text));
});

it('is told of once for all that comes in one turn', async () => {
  for (const piece of ['One', ' two', '', ' three']) spoken.add(piece);
  expect(told).toEqual([]);
  await Promise.resolve();
  expect(told).toEqual(['One two three']);
  spoken.add(' four');
  await Promise.resolve();
  expect(told).toEqual(['One two three', ' four']);
});

it('is told of in parts that fit into a hint, and no piece is cut', async () => {
  const piece = '\u{1F35E}'.repeat(150);
  for (let n = 0; n < 10; n += 1) spoken.add(piece);
  await Promise.resolve();
  expect(told.join('')).toBe(piece.repeat(10));
  expect(Math.max(...told.map((text) => text.length))).toBeLessThanOrEqual(1_000);
  expect(told.every((text) => text.length % piece.length === 0)).toBe(true);
});

it('passes on a piece that is longer by itself', async () => {
  const long = 'x'.repeat(3_000);
  for (const piece of ['a', long, 'b']) spoken.add(piece);
  await Promise.resolve();
  expect(told).toEqual(['a', long, 'b']);
});
