import { describe, expect, it } from '@jest/globals';
import { StreamPlaces } from './stream-places.js';

describe('the places for streams', () => {
  it('are limited for each tenant, at the limit and one past', () => {
    const places = new StreamPlaces({ inAll: 10, perTenant: 2 });
    places.take('a');
    const leave = places.take('a');
    expect(() => places.take('a')).toThrow(expect.objectContaining({ code: 'rate_limited', retryAfterMs: 5_000 }));
    places.take('b');
    leave();
    places.take('a');
    expect(() => places.take('a')).toThrow('The tenant has');
  });

  it('are limited for all together', () => {
    const places = new StreamPlaces({ inAll: 2, perTenant: 2 });
    places.take('a');
    const leave = places.take('b');
    expect(() => places.take('c')).toThrow(expect.objectContaining({ code: 'overloaded', retryAfterMs: 5_000 }));
    leave();
    places.take('c');
  });

  it('come back once, however often they are given back', () => {
    const places = new StreamPlaces({ inAll: 1, perTenant: 1 });
    const leave = places.take('a');
    leave();
    leave();
    places.take('a');
    expect(() => places.take('a')).toThrow('The tenant has');
  });
});
