import { describe, expect, it } from '@jest/globals';
import { factsOf } from '../stream/chunk-facts.js';
import { ChunkPattern } from './chunk-pattern.js';
import { RunChunk } from './run-chunk.js';

const chunk = (delta: object, more: object = {}, finish: string | null = null): string =>
  JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }], ...more });

/** What a chunk says that fits, alone or among its like. */
function wordsIn(pattern: ChunkPattern | undefined, text: string): string | undefined {
  const run = pattern?.match(text);
  const event = `data: ${text}\n\n`;
  const all = pattern?.matchAll(`data: x\n\n${event}${event}data: [DONE]\n\n`, 'data: x\n\n'.length);
  expect(all?.run.words).toEqual(run && [...run.words, ...run.words]);
  expect(all?.end).toBe(run && 'data: x\n\n'.length + 2 * event.length);
  return run && new RunChunk(run).words;
}

function learnt(text: string): ChunkPattern | undefined {
  const body = JSON.parse(text) as Record<string, unknown>;
  return ChunkPattern.of(text, factsOf({ body }), body['usage']);
}

describe('the pattern of chunks', () => {
  const pattern = learnt(chunk({ content: ' word' }));

  it('gives the words of chunks that differ in nothing else', () => {
    for (const content of ['x', ' and more', 'ä😀', ' word', 'a\nb\u0001', '","refusal":"b', '\\', '\u2028'])
      expect(wordsIn(pattern, chunk({ content }))).toBe(content);
  });

  it.each([
    ['an end', chunk({ content: 'x' }, {}, 'stop')],
    ['another field', chunk({ content: 'x', refusal: 'y' })],
    ['another id', chunk({ content: 'x' }).replace('"c"', '"d"')],
    ['counts of tokens', chunk({ content: 'x' }, { usage: {} })],
    ['no words', chunk({ content: '' })],
    ['an escape that there is not', chunk({ content: 'x' }).replace('"x"', String.raw`"\x"`)],
    ['an escape of its last quotation mark', chunk({ content: 'x' }).replace('"x"', String.raw`"x\"`)],
    ['words that end the string and go on', chunk({ content: 'x' }).replace('"x"', '"x","y":"z"')],
    ['a control character, which is no JSON', chunk({ content: 'x' }).replace('x', '\t')],
    ['words that are longer than can be matched', chunk({ content: 'x'.repeat(10_000_000) })],
    ['an end that overlaps its beginning', chunk({ content: 'x' }).slice(0, -1)],
  ])('fits no chunk with %s', (_, text) => {
    expect(wordsIn(pattern, text)).toBeUndefined();
  });

  it.each([
    ['a finish reason', chunk({ content: 'x' }, {}, 'stop')],
    ['a tool call', chunk({ content: 'x', tool_calls: [{ index: 0 }] })],
    ['counts of tokens', chunk({ content: 'x' }, { usage: { prompt_tokens: 1 } })],
    ['the same words twice', chunk({ content: 'x' }, { message: { content: 'x' } })],
    ['words that are written in another way', chunk({ content: 'x' }).replace('"x"', String.raw`"\u0078"`)],
  ])('is not learnt from one with %s', (_, text) => {
    expect(learnt(text)).toBeUndefined();
  });
});
