import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';

interface Reconciled {
  server_count: number;
  effective_remaining: number | null;
}

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});

afterAll(() => app.close());

const report = (install: string, count: number, more: object = {}) => ({
  install_id: install,
  feature: 'breakdown',
  local_count: count,
  ...more,
});

describe('a counter under many concurrent reconciles', () => {
  it('ends at the maximum, and no answer is below what it was sent', async () => {
    for (let round = 0; round < 5; round++) {
      const counts = Array.from({ length: 200 }, () => Math.floor(Math.random() * 1e6));
      const repeated = [...counts, ...counts.toSorted(() => Math.random() - 0.5).slice(0, 50)];
      const install = `device-round-${round}`;
      const answers = await Promise.all(
        repeated.map((count) => app.api.post<Reconciled>('/v1/usage/reconcile', report(install, count))),
      );
      answers.forEach((answer, index) => {
        expect(answer.status).toBe(200);
        expect(answer.body.server_count).toBeGreaterThanOrEqual(repeated[index] ?? Infinity);
      });
      const last = await app.api.post<Reconciled>('/v1/usage/reconcile', report(install, 0));
      expect(last.body.server_count).toBe(Math.max(...counts));
    }
  });
});
