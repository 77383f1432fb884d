import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WaitQueue, type QueuePlace } from './wait-queue.js';

describe('a wait queue', () => {
  it('is a list from which one may leave anywhere', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant('join' as const), fc.constant('shift' as const), fc.nat(20))),
        (steps) => {
          const queue = new WaitQueue<number>();
          const places: QueuePlace<number>[] = [];
          let list: number[] = [];
          for (const step of steps) {
            if (step === 'join') {
              places.push(queue.join(places.length));
              list.push(places.length - 1);
            } else if (step === 'shift') expect(queue.shift()).toBe(list.shift());
            else {
              const place = places[step];
              if (place) expect(queue.leave(place)).toBe(list.includes(place.value));
              list = list.filter((one) => one !== step);
            }
            expect(queue.size).toBe(list.length);
            expect(queue.newest?.value).toBe(list.at(-1));
          }
          while (list.length > 0) expect(queue.shift()).toBe(list.shift());
          expect(queue.shift()).toBeUndefined();
          expect(places.some(({ waiting }) => waiting)).toBe(false);
        },
      ),
    );
  });

  it('takes a hundred thousand who come, half of whom leave from the middle, without slowing down', () => {
    const queue = new WaitQueue<number>();
    const places = Array.from({ length: 100_000 }, (_, index) => queue.join(index));
    for (let index = 0; index < places.length; index += 2) queue.leave(places[index] ?? queue.join(-1));
    let expected = 1;
    for (let value = queue.shift(); value !== undefined; value = queue.shift(), expected += 2)
      if (value !== expected) throw new Error(`${value} came in the place of ${expected}`);
    expect(expected).toBe(100_001);
  });
});
