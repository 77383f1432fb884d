import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CouncilApp } from '../support/council-app.js';
import { badRequest, slow } from '../support/fake-provider/index.js';
import { Received } from '../support/stream/received.js';

let council: CouncilApp;
let baseUrl: string;

beforeAll(async () => {
  council = await CouncilApp.start();
  ({ baseUrl } = council.api);
});
afterEach(() => council.heal());
afterAll(() => council.close());

const textsOf = async (id: string) => (await council.log(id)).map(({ text }) => text);

describe('a client that comes back', () => {
  it('after any event of a finished session gets the rest, and verifies the whole', async () => {
    const id = await council.create({ seats: 3, max_rounds: 2 });
    await council.ended(id);
    const texts = await textsOf(id);
    const whole = new Received(id, { baseUrl });
    await whole.ended;
    expect(whole.states.map(({ sequence }) => sequence)).toEqual(texts.map((_, index) => index + 1));
    for (const [index, resume] of whole.states.entries()) {
      const received = new Received(id, { baseUrl, resume });
      await received.ended;
      expect(received.texts).toEqual(texts.slice(index + 1));
      expect(received.isVerified).toBe(index + 1 < texts.length);
    }
  });

  it('at any event of a running session gets the rest, and verifies the whole', async () => {
    council.meet(/./, slow(100));
    const id = await council.create({ seats: 2, max_rounds: 2 });
    const others: Received[] = [];
    const first = new Received(id, { baseUrl }, (resume) => others.push(new Received(id, { baseUrl, resume })));
    await first.ended;
    await Promise.all(others.map(({ ended }) => ended));
    const texts = await textsOf(id);
    expect(first.texts).toEqual(texts);
    expect(others).toHaveLength(texts.length);
    for (const [index, other] of others.entries()) {
      expect(other.texts).toEqual(texts.slice(index + 1));
      expect(other.isVerified).toBe(index + 1 < texts.length);
    }
  });

  it('after a failure that was retried meanwhile gets the next attempt, and verifies both', async () => {
    council.meet(/seat-[12]$/, badRequest());
    const id = await council.create({ seats: 3, max_rounds: 1 });
    const failed = new Received(id, { baseUrl });
    await failed.ended;
    expect(failed.items.at(-1)).toMatchObject({ event_type: 'error', verified: true });
    council.heal();
    await council.control(id, 'retry');
    const retried = new Received(id, { baseUrl, resume: failed.states.at(-1) ?? { sequence: 0 } });
    await retried.ended;
    const texts = await textsOf(id);
    expect(retried.items[0]).toMatchObject({ event_type: 'retried' });
    expect(retried.isVerified).toBe(true);
    expect([...failed.texts, ...retried.texts]).toEqual(texts);
    const both = new Received(id, { baseUrl });
    await both.ended;
    expect(both.texts).toEqual(texts);
  });

  it('with a place of another log is told of the gap, and follows on from the snapshot', async () => {
    const id = await council.create({ seats: 2, max_rounds: 1 });
    await council.ended(id);
    const stale = new Received(id, { baseUrl, resume: { sequence: 3, cursor: 'aaaaaaaa.3', digest: '0'.repeat(64) } });
    await stale.ended;
    const last = (await textsOf(id)).length;
    expect(stale.items).toMatchObject([
      { event_type: 'gap_detected', data: { expected: 4 } },
      { event_type: 'snapshot', data: { events_through: last, session: { id, status: 'completed' } } },
    ]);
    expect(stale.states.at(-1)).toMatchObject({ sequence: last });
  });

  it('with a place that makes no sense is refused for good', async () => {
    const id = await council.create({}, { start: false });
    const refused = new Received(id, { baseUrl, resume: { sequence: 3, cursor: 'nonsense' } });
    await expect(refused.ended).rejects.toMatchObject({ code: 'invalid_cursor', status: 400, fatal: true });
  });

  it('may carry a ticket in place of a key', async () => {
    const id = await council.create({ seats: 2, max_rounds: 1 });
    const mint = async () =>
      (await council.api.post<{ ticket: string }>('/v1/stream-tickets', { session_id: id })).body.ticket;
    const received = new Received(id, { baseUrl, ticket: mint, token: '' });
    await received.ended;
    expect(received.texts).toEqual(await textsOf(id));
    expect(received.isVerified).toBe(true);
  });
});
