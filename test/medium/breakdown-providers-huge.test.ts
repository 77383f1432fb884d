import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ChainApp, KINDS } from '../support/chain-app.js';
import { huge } from '../support/fake-provider/index.js';
import { until } from '../support/until.js';

const ANSWER_BYTES = 50_000_000;
/** 1 MB is read; the rest is what the sockets of both sides buffer. */
const MOST_SENT_BYTES = 12_000_000;
const CLIENTS = 20;
/** A fifth of what they would be sent, and far more than they may read. */
const MOST_GROWN_BYTES = 200_000_000;

let chain: ChainApp;

describe.each(KINDS)('an answer of 50 MB from a provider of kind %s', (kind) => {
  beforeEach(async () => void (chain = await ChainApp.single({ kind })));
  afterEach(() => chain.close());

  test.each([
    ['announced', true],
    ['not announced', false],
  ])('and %s is broken off soon, for however many clients', async (_name, declared) => {
    await chain.ask();
    chain.a.clear().always(huge(ANSWER_BYTES, { declared }));
    const before = process.memoryUsage.rss();
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 5);
    const answers = await Promise.all(Array.from({ length: CLIENTS }, () => chain.ask()));
    clearInterval(watch);
    expect(answers.filter(({ body }) => !body.degraded)).toEqual([]);
    await until(() => chain.a.inFlight === 0);
    expect(chain.a.count).toBeGreaterThanOrEqual(5);
    for (const call of chain.a.calls) {
      expect(call.finished).toBe(false);
      expect(call.sentBytes).toBeLessThan(MOST_SENT_BYTES);
    }
    expect(most - before).toBeLessThan(MOST_GROWN_BYTES);
  });
});
