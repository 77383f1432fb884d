import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { newUuid } from '../database/id.js';
import type { CircuitBreaker } from '../reliability/circuit/circuit-breaker.js';
import type { HintTransport } from './hint-transport.js';
import { SessionHints } from './session-hints.js';

const HINT = { sessionId: newUuid(), sequence: 7 };
const DELTA = { sessionId: HINT.sessionId, data: '{"text":"a"}' };

function transport(isAlone: boolean) {
  const sent: string[] = [];
  const made: HintTransport = {
    name: 'postgres',
    longestMessage: 7_900,
    broken: false,
    isAlone,
    listen: () => {},
    send: (messages) => Promise.resolve(void sent.push(...messages)),
    close: () => {},
  };
  return { made, sent };
}

/** A circuit that is always closed. */
const circuit = { admit: () => ({ admitted: true, record: () => {} }) } as unknown as CircuitBreaker;

async function saidBy(...transports: readonly ReturnType<typeof transport>[]): Promise<{ heard: string[] }> {
  const routes = transports.map(({ made }) => ({ transport: made, circuit }));
  const hints = new SessionHints({ routes, sleep: () => Promise.resolve(), listens: true });
  const heard: string[] = [];
  hints.onDelta(({ data }) => heard.push(data));
  hints.reached(HINT);
  hints.publishDelta(DELTA);
  for (let turn = 0; turn < 3; turn++) await nextTurn();
  return { heard };
}

describe('what a process has to say', () => {
  it('is heard in it, and sent nowhere while nobody else listens', async () => {
    const [one, two] = [transport(true), transport(true)];
    expect(await saidBy(one, two)).toEqual({ heard: [DELTA.data] });
    expect([one.sent, two.sent]).toEqual([[], []]);
  });

  it('is sent as well where anybody may listen', async () => {
    const [one, two] = [transport(false), transport(true)];
    expect(await saidBy(one, two)).toEqual({ heard: [DELTA.data] });
    expect(one.sent.join()).toContain(`r ${HINT.sessionId} 7`);
    expect(one.sent.join()).toContain(`d ${HINT.sessionId} ${DELTA.data}`);
  });
});
