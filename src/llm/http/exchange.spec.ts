import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { answering } from '../../../test/support/answering.js';
import { ProviderFault } from '../provider-fault.js';
import { Exchange } from './exchange.js';

const TIMEOUT_MS = 20_000;
const STALL_MS = 15_000;

function reading() {
  const clock = new ManualClock();
  const exchange = new Exchange({ timeoutMs: TIMEOUT_MS, signal: new AbortController().signal }, clock);
  const body = answering(exchange);
  const text = exchange.text(1000, STALL_MS);
  text.catch(() => {});
  const say = async (word: string) => {
    body.write(word);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, body, text, say };
}

describe('a body that is read whole', () => {
  it('may flow for as long as there is time, also when less is left than it may be silent', async () => {
    const { clock, body, text, say } = reading();
    for (let read = 0; read < 7; read += 1) {
      await say('x');
      await clock.advance(2800);
    }
    body.end('.');
    await expect(text).resolves.toBe('xxxxxxx.');
  });

  it('may not be silent for longer than allowed, nor flow for longer than there is time', async () => {
    const silent = reading();
    await silent.say('x');
    await silent.clock.advance(STALL_MS);
    await silent.say('x');
    await expect(silent.text).rejects.toMatchObject({ kind: 'too_slow' });
    const flowing = reading();
    for (let second = 0; second <= 20; second += 1) {
      await flowing.say('x');
      await flowing.clock.advance(1000);
    }
    await expect(flowing.text).rejects.toMatchObject({ kind: 'too_slow' });
  });
});

describe('the body of a refusal', () => {
  function refused(maxBytes = 1000) {
    const clock = new ManualClock();
    const controller = new AbortController();
    const exchange = new Exchange({ timeoutMs: TIMEOUT_MS, signal: controller.signal }, clock);
    const body = answering(exchange);
    const text = exchange.refusal(maxBytes);
    text.catch(() => {});
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    return { clock, controller, body, text, turn };
  }

  it('is what has come of it, where it does not end, breaks off, or is too long', async () => {
    const endless = refused();
    endless.body.write('so far');
    await endless.turn();
    await endless.clock.advance(1000);
    await expect(endless.text).resolves.toBe('so far');
    const broken = refused();
    broken.body.write('so far');
    await broken.turn();
    broken.body.fail(new Error('reset'));
    await expect(broken.text).resolves.toBe('so far');
    const long = refused(3);
    long.body.write('so far');
    await expect(long.text).resolves.toBe('so far');
  });

  it('is not waited for by whoever has gone', async () => {
    const { controller, text } = refused();
    controller.abort(new Error('gone'));
    await expect(text).rejects.toThrow('gone');
  });
});

describe('a body that is heard as it comes', () => {
  function hearing(take: (text: string) => 'enough' | undefined = () => undefined) {
    const clock = new ManualClock();
    const exchange = new Exchange({ timeoutMs: TIMEOUT_MS, signal: new AbortController().signal }, clock);
    const body = answering(exchange);
    const heard: string[] = [];
    let ready: Promise<void> | undefined;
    const flow = () =>
      exchange.flow({
        take: (bytes) => {
          heard.push(bytes.toString());
          return take(bytes.toString());
        },
        taken: () => ready,
      });
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    return { clock, exchange, body, heard, flow, turn, wait: (promise?: Promise<void>) => void (ready = promise) };
  }

  it('is taken once for all that one turn brings, and to its end', async () => {
    const { body, heard, flow, turn } = hearing();
    body.write('a');
    body.write('b');
    const ended = flow();
    for (const word of ['c', 'd']) body.write(word);
    await turn();
    body.end('e');
    await ended;
    expect(heard).toEqual(['ab', 'cd', 'e']);
  });

  it('is not read on while nobody can take more, neither before its reader comes nor afterwards', async () => {
    const { body, heard, flow, turn, wait } = hearing();
    body.write('x'.repeat(64 * 1024));
    expect(body.paused).toBe(true);
    let open = () => {};
    wait(new Promise((resolve) => (open = resolve)));
    const ended = flow();
    expect(body.paused).toBe(true);
    body.end('y');
    await turn();
    expect(heard).toHaveLength(1);
    wait(undefined);
    open();
    await ended;
    expect(body.paused).toBe(false);
    expect(heard[1]).toBe('y');
  });

  it('leaves its connection whole when enough has come, but for a second only', async () => {
    for (const isLate of [false, true]) {
      const { clock, body, heard, flow } = hearing((text) => (text === 'done' ? 'enough' : undefined));
      const ended = flow();
      body.write('done');
      await ended;
      body.write('more');
      await clock.advance(900);
      if (!isLate) body.end();
      await clock.advance(200);
      expect([heard, body.reason !== null]).toEqual([['done'], isLate]);
    }
  });

  it('ends with its connection, and ends its connection when it is broken off', async () => {
    const cut = hearing();
    const ended = cut.flow();
    cut.body.fail(new Error('other side closed'));
    await expect(ended).rejects.toMatchObject({ kind: 'reset' });
    const slow = hearing();
    const late = slow.flow();
    slow.exchange.breakOff(new ProviderFault('too_slow'));
    await expect(late).rejects.toMatchObject({ kind: 'too_slow' });
    expect(slow.body.reason).toBeInstanceOf(Error);
  });
});
