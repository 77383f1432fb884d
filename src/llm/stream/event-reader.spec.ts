import { describe, expect, it, jest } from '@jest/globals';
import { ProviderFault } from '../provider-fault.js';
import { EventReader } from './event-reader.js';

function read(pieces: readonly (string | Buffer)[], maxEventBytes = 1000): string[] {
  const events: string[] = [];
  const reader = new EventReader({ heard: (data) => void events.push(data), maxEventBytes });
  for (const piece of pieces) reader.push(Buffer.from(piece));
  reader.end();
  return events;
}

describe('the reader of event streams', () => {
  const STREAM =
    ': hello\n\nevent: x\nid: 7\ndata: {"a":"ä😀"}\n\ndata:no blank\n\ndata: one\ndata: two\n\nretry: 5\n\ndata\n\n';
  const EVENTS = ['{"a":"ä😀"}', 'no blank', 'one\ntwo'];

  it('gives the data of each event, and nothing of what is none', () => {
    expect(read([STREAM])).toEqual(EVENTS);
  });

  it('reads the same wherever the network cuts, also within a character', () => {
    const bytes = Buffer.from(STREAM);
    expect(read([...bytes].map((byte) => Buffer.of(byte)))).toEqual(EVENTS);
    for (let cut = 1; cut < bytes.length; cut += 1)
      expect(read([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(EVENTS);
  });

  it('reads the same however much comes at once', () => {
    for (const end of ['\n', '\r', '\r\n']) {
      const stream = STREAM.replaceAll('\n', end);
      for (const times of [37, 38, 39, 200]) {
        const events = Array.from({ length: times }, () => EVENTS).flat();
        expect(read([stream.repeat(times)])).toEqual(events);
        expect(read(['\n' + stream.repeat(times)])).toEqual(events);
      }
    }
  });

  it('goes on where somebody has stopped who knows what follows', () => {
    const events: string[] = [];
    const offered: string[] = [];
    const skim = (text: string, from: number) => {
      offered.push(text.slice(from, from + 7));
      return text.startsWith('data: x\n\n', from) ? from + 'data: x\n\n'.length : from;
    };
    const reader = new EventReader({ heard: (data) => void events.push(data), skim, maxEventBytes: 1000 });
    reader.push(Buffer.from('data: x\n\ndata: a\ndata: x\n\ndata: x\n\ndata: b\r\n\r\ndata: x\n\ndata: c\n\nda'));
    reader.push(Buffer.from('ta: x\n\n'));
    expect(events).toEqual(['a\nx', 'b', 'c']);
    expect(offered.at(-1)).toBe('data: x');
  });

  it('knows all three ends of a line, and a byte order mark', () => {
    expect(read([STREAM.replaceAll('\n', '\r\n')])).toEqual(EVENTS);
    expect(read([`\uFEFFdata: a\r\rdata: b\r\r\n`])).toEqual(['a', 'b']);
  });

  it('gives an event at once, whatever ends its lines', () => {
    for (const end of ['\n', '\r', '\r\n']) {
      const events: string[] = [];
      const reader = new EventReader({ heard: (data) => void events.push(data), maxEventBytes: 1000 });
      reader.push(Buffer.from(`data: a${end}${end}`));
      expect(events).toEqual(['a']);
      for (const byte of Buffer.from(`data: b${end}data: c${end}${end}`)) reader.push(Buffer.of(byte));
      expect(events).toEqual(['a', 'b\nc']);
    }
  });

  it('copies a line that comes in many reads once', () => {
    const concat = jest.spyOn(Buffer, 'concat');
    const reader = new EventReader({ heard: () => {}, maxEventBytes: 100_000 });
    for (let piece = 0; piece < 1000; piece += 1) reader.push(Buffer.from('x'.repeat(50)));
    expect(concat).not.toHaveBeenCalled();
    reader.push(Buffer.from('\n'));
    expect(concat).toHaveBeenCalledTimes(1);
    concat.mockRestore();
  });

  it('gives the last event also when the empty line after it is missing', () => {
    expect(read(['data: a\n\ndata: b'])).toEqual(['a', 'b']);
  });

  it('takes events of the largest size, and none that is larger', () => {
    const event = (bytes: number) => `data: ${'x'.repeat(bytes - 6)}`;
    expect(read([event(100)], 100)).toHaveLength(1);
    expect(() => read([event(101)], 100)).toThrow(ProviderFault);
    expect(() =>
      read(
        Array.from({ length: 20 }, () => 'data: 12345678\n'),
        100,
      ),
    ).toThrow(ProviderFault);
    expect(
      read(
        Array.from({ length: 20 }, () => 'data: 12345678\n\n'),
        100,
      ),
    ).toHaveLength(20);
  });
});
