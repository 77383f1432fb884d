import { expect, it } from '@jest/globals';
import type { Database } from '../../database/database.js';
import type { Principal } from '../../reliability/context/request-context.js';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { ChargesService } from './charges.service.js';
import type { TimedReservation, UsageRepository } from './usage.repository.js';

const principal: Principal = { tenantId: '7b9f1f0e-9d0a-4c55-8b8e-0d1f2a3b4c5d', keyId: 'key', scope: 'member' };

it('begins no call without a unit once a limit is set, also where the answer that there was none comes later', async () => {
  const clock = new ManualClock();
  let limit = Infinity;
  let answer: (() => void) | undefined;
  const reserved: TimedReservation[] = [];
  const repository = {
    reserve: (wanted: readonly TimedReservation[]) => {
      reserved.push(...wanted);
      const left = wanted.map(() => limit);
      return new Promise<number[]>((resolve) => (answer = () => resolve(left)));
    },
    settle: () => Promise.resolve(),
  };
  const database = { afterCommit: (work: () => void) => work() };
  const charges = new ChargesService(repository as unknown as UsageRepository, database as unknown as Database, clock);
  const stream = () =>
    charges.charge({ principal, feature: 'chat', installId: undefined }, () =>
      Promise.resolve({ result: 'done', chargeable: true, delivered: true }),
    );
  const first = stream();
  await clock.settle();
  await clock.advance(1);
  limit = 1;
  charges.limit({ tenantId: principal.tenantId, feature: 'chat' });
  answer?.();
  await first;
  const second = stream();
  await clock.settle();
  expect(reserved).toHaveLength(2);
  answer?.();
  await second;
});
