import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '../../src/reliability/errors/app-error.js';
import { tally } from '../support/faults.js';
import { IdempotentReplicas, isReplay, type Place } from '../support/idempotent-replicas.js';

let replicas: IdempotentReplicas;

beforeAll(async () => void (replicas = await IdempotentReplicas.open()));
beforeEach(() => replicas.renew());
afterAll(() => replicas.close());

describe('a hundred requests with one key', () => {
  it.each<[string, Place[]]>([
    ['to one process', ['here']],
    ['to two processes', ['here', 'there']],
  ])('%s have one effect and one answer, and leave the pool to others', async (_where, places) => {
    const held = replicas.hold('before');
    const answers = Array.from({ length: 100 }, (_, at) => replicas.post(places[at % places.length]));
    await held.arrived;
    expect(tally([await replicas.connect('here').send({ path: '/v1/quotas' })])).toEqual({ '200': 1 });
    held.go();
    const outcomes = await Promise.all(answers);
    expect(tally(outcomes)).toEqual({ '201': 100 });
    expect(new Set(outcomes.map(({ text }) => text)).size).toBe(1);
    expect([outcomes.filter(isReplay).length, await replicas.made()]).toEqual([99, 1]);
  });

  it('that is held longer than they may wait are told to come back', async () => {
    const held = replicas.hold('before');
    const first = replicas.post('here');
    await held.arrived;
    const others = await Promise.all(
      Array.from({ length: 99 }, (_, at) => replicas.post(at % 2 === 0 ? 'here' : 'there', { deadlineMs: 1000 })),
    );
    held.go();
    expect(tally(others)).toEqual({ '409 idempotency_in_flight': 99 });
    expect([(await first).status, await replicas.made()]).toEqual([201, 1]);
  });

  it('that all fail do so one after the other, and leave the key free', async () => {
    replicas.let({ within: () => Promise.reject(new AppError('quota_exceeded')) });
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, at) => replicas.post(at % 2 === 0 ? 'here' : 'there')),
    );
    const { '429 quota_exceeded': failed = 0, '409 idempotency_in_flight': waited = 0, ...rest } = tally(outcomes);
    expect([failed + waited, rest]).toEqual([100, {}]);
    replicas.let({});
    expect([(await replicas.post('here')).status, await replicas.made()]).toEqual([201, 1]);
  });
});
