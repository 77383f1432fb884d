import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventStreamParser, type Message } from './event-stream-parser.js';

function readAll(...pieces: (string | Uint8Array)[]): Message[] {
  const parser = new EventStreamParser();
  return pieces.flatMap((piece) => parser.read(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece));
}

/** Cuts bytes at the given places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((one, other) => one - other);
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

describe('the parser of event streams', () => {
  it('reads type, id and data', () => {
    expect(readAll('id: e.1\nevent: vote\ndata: {"a":1}\n\n')).toEqual([{ type: 'vote', id: 'e.1', data: '{"a":1}' }]);
  });

  it('takes away one space after the colon and no more, because the digest covers the rest', () => {
    expect(readAll('data:  two\n\ndata:none\n\ndata: end \n\n').map(({ data }) => data)).toEqual([
      ' two',
      'none',
      'end ',
    ]);
  });

  it('joins several lines of data', () => {
    expect(readAll('data: one\ndata\ndata: three\n\n')[0]?.data).toBe('one\n\nthree');
  });

  it('passes over comments, unknown fields and events without data', () => {
    expect(readAll(': keepalive\n\nfoo: bar\nevent: vote\nid: 9\n\ndata: x\n\n')).toEqual([
      { type: 'message', id: undefined, data: 'x' },
    ]);
  });

  it('gives no event the id of another one', () => {
    expect(readAll('id: e.1\ndata: a\n\ndata: b\n\n').map(({ id }) => id)).toEqual(['e.1', undefined]);
  });

  it('refuses an id with a NUL, which no header could carry', () => {
    expect(readAll('id: a\0b\ndata: x\n\n')[0]?.id).toBeUndefined();
  });

  it('remembers retry, if it is digits', () => {
    const parser = new EventStreamParser();
    parser.read(new TextEncoder().encode('retry: 1500\n\nretry: soon\n\nretry: -1\n\n'));
    expect(parser.retryMs).toBe(1500);
  });

  it('drops an event that is cut off before its empty line', () => {
    expect(readAll('data: whole\n\ndata: cut off\n')).toHaveLength(1);
  });

  it('gives an event out as soon as its line has ended with CR, and takes the LF that follows for nothing', () => {
    const parser = new EventStreamParser();
    const read = (text: string) => parser.read(new TextEncoder().encode(text)).map(({ data }) => data);
    expect([read('data: a\r\n\r'), read('\ndata: b\r'), read('\n\r'), read('\n')]).toEqual([['a'], [], ['b'], []]);
  });

  it('drops one byte order mark at the very start, and only there', () => {
    expect(readAll('\uFEFFdata: \uFEFFx\n\n')).toEqual([{ type: 'message', id: undefined, data: '\uFEFFx' }]);
  });

  it('reads the same whatever the line endings, cut at every single byte', () => {
    for (const end of ['\n', '\r', '\r\n']) {
      const text = [
        '\uFEFFid: e.1',
        'event: vote',
        'data: grüße 🥐',
        'data: 日本',
        '',
        ': k',
        '',
        'data: b',
        '',
        '',
      ].join(end);
      const bytes = new TextEncoder().encode(text);
      const expected = [
        { type: 'vote', id: 'e.1', data: 'grüße 🥐\n日本' },
        { type: 'message', id: undefined, data: 'b' },
      ];
      for (let at = 0; at <= bytes.length; at += 1)
        expect(readAll(bytes.subarray(0, at), bytes.subarray(at))).toEqual(expected);
      expect(readAll(...cut(bytes, [...bytes.keys()]))).toEqual(expected);
    }
  });

  it('reads what was written, for any texts, any line endings and any cuts', () => {
    const text = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll(/[\r\n\0]/g, ''));
    const written = fc.record({
      id: fc.option(text, { nil: undefined }),
      lines: fc.array(text, { minLength: 1, maxLength: 3 }),
    });
    const lineEnd = fc.constantFrom('\n', '\r', '\r\n');
    fc.assert(
      fc.property(fc.array(written), lineEnd, fc.array(fc.nat()), (events, end, places) => {
        const lines = events.flatMap(({ id, lines: data }) => [
          ...(id === undefined ? [] : [`id: ${id}`]),
          ...data.map((line) => `data: ${line}`),
          '',
        ]);
        const all = lines.map((line) => line + end).join('');
        expect(readAll(...cut(new TextEncoder().encode(all), places))).toEqual(
          events.map(({ id, lines: data }) => ({ type: 'message', id, data: data.join('\n') })),
        );
      }),
    );
  });
});
