import { describe, expect, it } from '@jest/globals';
import { Frames, jittered } from './frames.js';

const event = (sequence: number, text = 'é', type = 'contribution') => ({
  sequence,
  type,
  data: JSON.stringify({ sequence, text }),
});

describe('events as the stream sends them', () => {
  it('have id, type and data, the data byte for byte', () => {
    const frames = Frames.of('abcdefgh', [event(7), event(8, '\n\u2028😀')]);
    expect(frames.bytes.toString()).toBe(
      'id: abcdefgh.7\nevent: contribution\ndata: {"sequence":7,"text":"é"}\n\n' +
        'id: abcdefgh.8\nevent: contribution\ndata: {"sequence":8,"text":"\\n\u2028😀"}\n\n',
    );
    expect(frames).toMatchObject({ after: 6, last: 8, count: 2, terminal: false });
  });

  it('can be cut between any two, by sequence and by size', () => {
    const events = [1, 2, 3, 4, 5].map((sequence) => event(sequence));
    const frames = Frames.of('abcdefgh', events);
    for (let after = 0; after < 5; after++) {
      const rest = Frames.of('abcdefgh', events.slice(after));
      expect(frames.slice(after, Infinity)).toEqual({ bytes: rest.bytes, last: 5 });
      expect(frames.slice(after, 1).last).toBe(after + 1);
    }
    const two = Frames.of('abcdefgh', events.slice(0, 2)).bytes.length;
    expect(frames.slice(0, two).last).toBe(2);
    expect(frames.slice(0, two - 1).last).toBe(1);
    expect(frames.slice(0, two).bytes.buffer).toBe(frames.bytes.buffer);
  });

  it('end where the log has a hole', () => {
    expect(Frames.of('abcdefgh', [event(1), event(2), event(4)]).last).toBe(2);
  });

  it.each(['complete', 'error', 'cancelled'])('are the end of an attempt when the last one is %s', (type) => {
    expect(Frames.of('abcdefgh', [event(1), event(2, '', type)]).terminal).toBe(true);
    expect(Frames.of('abcdefgh', [event(1, '', type), event(2)]).terminal).toBe(false);
  });
});

it('a wait lies within its bounds', () => {
  expect([0, 0.5, 0.999_999].map((random) => jittered({ least: 1_000, most: 3_000 }, () => random))).toEqual([
    1_000, 2_000, 3_000,
  ]);
});
