import { describe, expect, it } from '@jest/globals';
import { newUuid } from '../database/id.js';
import { readMessage, writeMessages } from './message.js';
import { HintBuffer } from './hint-buffer.js';

const hints = (count: number) => Array.from({ length: count }, (_, at) => ({ sessionId: newUuid(), sequence: at + 1 }));

describe('what is said to other processes', () => {
  it('is read as it was written, in as many messages as it takes, none too long', () => {
    const batch = { hints: hints(500), deltas: [{ sessionId: newUuid(), data: '{"text":"é\\n😀"}' }] };
    const messages = writeMessages('me', batch, 2_000);
    expect(messages.length).toBeGreaterThan(10);
    expect(messages.every((message) => Buffer.byteLength(message) <= 2_000)).toBe(true);
    const read = messages.map(readMessage);
    expect(read.every(({ sender }) => sender === 'me')).toBe(true);
    expect(read.flatMap((message) => message.hints)).toEqual(batch.hints);
    expect(read.flatMap((message) => message.deltas)).toEqual(batch.deltas);
  });

  it('loses what is not logged before it grows without bound, and never a hint for it', () => {
    const deltas = Array.from({ length: 200 }, () => ({ sessionId: newUuid(), data: `"${'x'.repeat(1_000)}"` }));
    const long = { sessionId: newUuid(), data: `"${'x'.repeat(3_000)}"` };
    const messages = writeMessages('me', { hints: hints(1), deltas: [long, ...deltas] }, 2_000);
    expect(messages).toHaveLength(5);
    expect(messages.flatMap((message) => readMessage(message).hints)).toHaveLength(1);
    expect(messages.flatMap((message) => readMessage(message).deltas)).toEqual(deltas.slice(0, 4));
  });

  it.each([
    '',
    '\n',
    'me\nr',
    'me\nr x 1',
    `me\nr ${newUuid()} `,
    `me\nr ${newUuid()} -1`,
    `me\nr ${newUuid()} 99999999999`,
    `me\nd ${newUuid()} `,
    `me\nd ${newUuid()} {}\rid: abcdefgh.9`,
    `me\nz ${newUuid()} 1`,
  ])('is nothing where it is %j', (text) => {
    expect(readMessage(text)).toMatchObject({ hints: [], deltas: [] });
  });
});

describe('what waits to be said', () => {
  it('is one hint per session, the furthest', () => {
    const buffer = new HintBuffer();
    for (const sequence of [3, 7, 5]) buffer.addHint({ sessionId: 'a', sequence });
    buffer.addHint({ sessionId: 'b', sequence: 1 });
    expect(buffer.take().hints).toEqual([
      { sessionId: 'a', sequence: 7 },
      { sessionId: 'b', sequence: 1 },
    ]);
    expect(buffer.isEmpty).toBe(true);
  });

  it('is bounded, at the limit and one past', () => {
    const buffer = new HintBuffer();
    const added = Array.from({ length: 257 }, (_, at) => buffer.addDelta({ sessionId: 'a', data: String(at) }));
    expect(added.indexOf(false)).toBe(256);
    for (let at = 0; at <= 10_000; at++) buffer.addHint({ sessionId: `s${at}`, sequence: 1 });
    buffer.addHint({ sessionId: 's0', sequence: 2 });
    const { hints: waiting, deltas } = buffer.take();
    expect([waiting.length, waiting[0]?.sequence, deltas.length]).toEqual([10_000, 2, 256]);
  });
});
