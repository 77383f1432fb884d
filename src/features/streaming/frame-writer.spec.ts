import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CopyRow } from '../../database/copy-row.js';
import { newUuid, publicId } from '../../database/id.js';
import { lineOf, type EventParts } from '../../journal/event-log.js';
import { FrameWriter } from './frame-writer.js';
import { Frames } from './frames.js';

const LOG = { epoch: 'abcdefgh', sessionId: newUuid() };

/** An event as the database sends it. */
function packetOf({ sequence, version, atMs, type, said }: EventParts): Buffer {
  const numbers = [Buffer.alloc(4), Buffer.alloc(2), Buffer.alloc(8)] as const;
  numbers[0].writeInt32BE(sequence);
  numbers[1].writeInt16BE(version);
  numbers[2].writeDoubleBE(atMs / 1_000);
  const fields = [...numbers, Buffer.from(type), Buffer.from(said)];
  return Buffer.concat([
    Buffer.from([0, fields.length]),
    ...fields.flatMap((field) => {
      const length = Buffer.alloc(4);
      length.writeInt32BE(field.length);
      return [length, field];
    }),
  ]);
}

/** All in the same bytes, as a connection may have it. */
function write(writer: FrameWriter, events: readonly EventParts[]): Frames | undefined {
  const row = new CopyRow();
  const connection = Buffer.alloc(500_000);
  for (const event of events) {
    const packet = packetOf(event);
    packet.copy(connection);
    row.open(connection.subarray(0, packet.length), false);
    writer.add(row.next().int32(), row);
  }
  return writer.take();
}

/** What they are one by one. */
function oneByOne(events: readonly EventParts[]): Frames {
  const session = publicId('ses', LOG.sessionId);
  return Frames.of(
    LOG.epoch,
    events.map((parts) => ({ sequence: parts.sequence, type: parts.type, data: lineOf(session, parts) })),
  );
}

const event = (sequence: number, said = '{}', more: Partial<EventParts> = {}): EventParts => ({
  sequence,
  version: 1,
  atMs: 1_790_000_000_123,
  type: 'contribution',
  said,
  ...more,
});

describe('frames that are written out of the bytes of the database', () => {
  it('are what the events are one by one', () => {
    const part = fc.record({
      version: fc.integer({ min: 1, max: 3 }),
      atMs: fc.constantFrom(0, 946_684_800_001, 1_790_000_000_123, 1_790_000_000_999),
      type: fc.constantFrom('contribution', 'vote', 'complete', 'error'),
      said: fc.string({ unit: 'binary' }).map((text) => JSON.stringify({ text })),
    });
    const first = fc.oneof(fc.nat({ max: 1_100 }), fc.constantFrom(2_147_483_000));
    fc.assert(
      fc.property(first, fc.array(part, { minLength: 1, maxLength: 150 }), (before, parts) => {
        const events = parts.map((one, index) => ({ ...one, sequence: before + 1 + index }));
        expect(write(new FrameWriter(LOG), events)).toEqual(oneByOne(events));
      }),
      { numRuns: 200 },
    );
  });

  it('have room, however long the events are', () => {
    const events = [300, 70_000, 200_000, 1].map((length, at) => event(at + 1, JSON.stringify('é'.repeat(length))));
    expect(write(new FrameWriter(LOG), events)).toEqual(oneByOne(events));
  });

  it('keep their bytes when the writer goes on, and when another one takes its room', () => {
    const writer = new FrameWriter(LOG);
    const some = [event(1, '{"a":1}'), event(2, '{"b":2}')];
    const others = [event(3, '{"c":3}'), event(4, '{"d":4}')];
    const frames = write(writer, some);
    const next = write(writer, others);
    writer.close();
    write(new FrameWriter(LOG), [event(1, '{"other":true}')]);
    expect([frames, next]).toEqual([oneByOne(some), oneByOne(others)]);
  });

  it('end where the log has a hole, and are none without an event', () => {
    const writer = new FrameWriter(LOG);
    expect(write(writer, [event(7), event(8), event(10), event(11)])).toEqual(oneByOne([event(7), event(8)]));
    expect(writer.take()).toBeUndefined();
    expect(write(writer, [event(11)])?.after).toBe(10);
  });

  it('end an attempt when the last one does', () => {
    const end = event(2, '{}', { type: 'cancelled' });
    expect(write(new FrameWriter(LOG), [event(1), end])?.terminal).toBe(true);
    expect(write(new FrameWriter(LOG), [end, event(3)])?.terminal).toBe(false);
  });
});
