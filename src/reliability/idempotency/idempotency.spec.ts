import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/kernel/manual-clock.js';
import { runInContext, type RequestContext } from '../context/request-context.js';
import { ClientGone, Deadline } from '../deadline/deadline.js';
import { AppError } from '../errors/app-error.js';
import { Idempotency, type Finish, type IdempotentWork } from './idempotency.js';
import type { ClaimOutcome, HeldPlace, IdempotencyStore, KeptRequest, PlaceClaim } from './idempotency.store.js';

interface Body {
  n: number;
}

const LEASE_MS = 60_000;
const RETENTION_MS = 86_400_000;
const request = { tenantId: 'tenant-1', route: 'POST /things', key: 'key-1', fingerprint: Buffer.alloc(32, 1) };
const other = { ...request, fingerprint: Buffer.alloc(32, 2) };
const inFlight = { code: 'idempotency_in_flight', retryAfterMs: 1_000 };

/** The store that several processes share. */
class MemoryStore implements IdempotencyStore {
  readonly rows = new Map<string, KeptRequest & { holder: string; expiresMs: number }>();
  claims = 0;
  fault: Error | undefined;
  /** How long after the caller gave up a claim still takes effect, milliseconds. */
  lateMs: number | undefined;

  constructor(private readonly clock: ManualClock) {}

  claim(claim: PlaceClaim): Promise<ClaimOutcome> {
    this.claims++;
    if (this.lateMs !== undefined) this.clock.schedule(this.lateMs, () => void this.take(claim));
    if (this.fault) return Promise.reject(this.fault);
    return Promise.resolve(this.take(claim));
  }

  private take({ lookup, holder, fingerprint, leaseMs }: PlaceClaim): ClaimOutcome {
    const kept = this.rows.get(String(lookup));
    if (kept && kept.expiresMs > this.clock.epochMs()) return { claimed: false, kept };
    this.rows.set(String(lookup), { holder, fingerprint, answer: null, expiresMs: this.clock.epochMs() + leaseMs });
    return { claimed: true };
  }

  complete({ lookup, holder }: HeldPlace, answer: Uint8Array, retentionMs: number): Promise<boolean> {
    const kept = this.rows.get(String(lookup));
    if (kept?.holder !== holder) return Promise.resolve(false);
    this.rows.set(String(lookup), { ...kept, answer, expiresMs: this.clock.epochMs() + retentionMs });
    return Promise.resolve(true);
  }

  release({ lookup, holder }: HeldPlace): Promise<void> {
    const kept = this.rows.get(String(lookup));
    if (kept?.holder === holder && kept.answer === null) this.rows.delete(String(lookup));
    return Promise.resolve();
  }
}

let clock: ManualClock;
let store: MemoryStore;
let here: Idempotency;
let elsewhere: Idempotency;
let effects: number;

beforeEach(() => {
  clock = new ManualClock();
  store = new MemoryStore(clock);
  const ports = { clock, sleep: clock.sleep };
  [here, elsewhere] = [new Idempotency(store, ports), new Idempotency(store, ports)];
  effects = 0;
});

const answerOnce = (finish: Finish<Body>) => finish({ status: 201, location: '/things/1', body: { n: ++effects } });
const failOnce = () => Promise.reject(new AppError('quota_exceeded'));

/** Work that ends when the test says so. */
function heldWork() {
  const gate = Promise.withResolvers<void>();
  const work = async (finish: Finish<Body>) => (await gate.promise, answerOnce(finish));
  return { work, go: gate.resolve, fail: gate.reject };
}

function contextOf(deadline: Deadline): RequestContext {
  const trace = { traceId: '', spanId: '', sampled: false };
  return { requestId: 'r', trace, deadline, idempotency: request };
}

describe('a request that is sent again', () => {
  it('has the first answer, and no second effect', async () => {
    const first = await here.run(answerOnce, request);
    const again = await here.run(answerOnce, request);
    expect(first).toMatchObject({ status: 201, location: '/things/1', text: '{"n":1}', replayed: false });
    expect(again).toEqual(first.again());
    expect(effects).toBe(1);
  });

  it('is another one under another key, tenant or route', async () => {
    const answers = [
      request,
      { ...request, key: 'key-2' },
      { ...request, tenantId: 'tenant-2' },
      { ...request, route: 'POST /b' },
    ];
    for (const one of answers) await here.run(answerOnce, one);
    expect(effects).toBe(4);
  });

  it('is refused when it asks something else', async () => {
    await here.run(answerOnce, request);
    await expect(here.run(answerOnce, other)).rejects.toMatchObject({ code: 'idempotency_mismatch' });
    expect(effects).toBe(1);
  });

  it('is done again when the answer has expired', async () => {
    await here.run(answerOnce, request);
    await clock.advance(RETENTION_MS - 1);
    expect(await here.run(answerOnce, other).catch((error: unknown) => error)).toBeInstanceOf(AppError);
    await clock.advance(1);
    expect(await here.run(answerOnce, other)).toMatchObject({ replayed: false, text: '{"n":2}' });
  });

  it('takes its key from the request being served, and has its effect each time without one', async () => {
    await runInContext(contextOf(Deadline.never(clock)), () => here.run(answerOnce));
    expect(await here.run(answerOnce, request)).toMatchObject({ replayed: true });
    await here.run(answerOnce);
    expect(await here.run(answerOnce)).toMatchObject({
      status: 201,
      location: '/things/1',
      text: '{"n":3}',
      replayed: false,
    });
    expect(store.rows.size).toBe(1);
  });
});

describe('a request that fails', () => {
  it('frees its key: the next one is not told of it, and may ask something else', async () => {
    await expect(here.run(failOnce, request)).rejects.toMatchObject({ code: 'quota_exceeded' });
    expect(store.rows.size).toBe(0);
    expect(await here.run(answerOnce, other)).toMatchObject({ replayed: false });
  });

  it('keeps its answer when it fails after the effect', async () => {
    const late: IdempotentWork<Body> = async (finish) => (await answerOnce(finish), failOnce());
    await expect(here.run(late, request)).rejects.toMatchObject({ code: 'quota_exceeded' });
    expect(await here.run(answerOnce, request)).toMatchObject({ replayed: true, text: '{"n":1}' });
  });

  it('is not served at all while the store cannot tell whether the key is taken', async () => {
    store.fault = new AppError('dependency_unavailable');
    await expect(here.run(answerOnce, request)).rejects.toMatchObject({ code: 'dependency_unavailable' });
    store.fault = undefined;
    expect(await here.run(answerOnce, request)).toMatchObject({ text: '{"n":1}' });
  });

  it('frees its key also when its claim takes effect after it was given up', async () => {
    store.fault = new AppError('deadline_exceeded');
    store.lateMs = 200;
    await expect(here.run(answerOnce, request)).rejects.toMatchObject({ code: 'deadline_exceeded' });
    [store.fault, store.lateMs] = [undefined, undefined];
    await clock.advance(200);
    expect(store.rows.size).toBe(1);
    await clock.advance(800);
    expect([store.rows.size, clock.pending]).toEqual([0, 0]);
    expect(await elsewhere.run(answerOnce, other)).toMatchObject({ replayed: false, text: '{"n":1}' });
  });

  it('because it returned what it did not settle says so', async () => {
    const foreign = await here.run(answerOnce, { ...request, key: 'key-2' });
    await expect(here.run(() => Promise.resolve(foreign), request)).rejects.toThrow('must return what it has settled');
  });

  it('may settle again, as a transaction that lost runs again', async () => {
    const twice: IdempotentWork<Body> = async (finish) => (await answerOnce(finish), answerOnce(finish));
    expect(await here.run(twice, request)).toMatchObject({ text: '{"n":2}' });
    expect(await elsewhere.run(answerOnce, request)).toMatchObject({ text: '{"n":2}' });
  });
});

describe.each([
  ['in the same process', () => here],
  ['in another process', () => elsewhere],
])('a request that comes while the first is under way %s', (_where, second) => {
  it('waits for it, and has its answer', async () => {
    const { work, go } = heldWork();
    const first = here.run(work, request);
    const next = second().run(answerOnce, request);
    await clock.advance(1_000);
    go();
    await clock.advance(400);
    expect(await next).toEqual((await first).again());
    expect(effects).toBe(1);
  });

  it('is told to come back after two seconds', async () => {
    const { work, go } = heldWork();
    const first = here.run(work, request);
    const next = second().run(answerOnce, request);
    const refusal = expect(next).rejects.toMatchObject(inFlight);
    let over = false;
    next.catch(() => (over = true));
    await clock.advance(1_999);
    expect(over).toBe(false);
    await clock.advance(1);
    await refusal;
    go();
    await first;
    expect([effects, clock.pending]).toEqual([1, 0]);
  });

  it('is told so before its own deadline passes', async () => {
    const { work, go } = heldWork();
    const first = here.run(work, request);
    await clock.settle();
    const deadline = Deadline.after(clock, 500);
    const next = runInContext(contextOf(deadline), () => second().run(answerOnce));
    const refusal = expect(next).rejects.toMatchObject(inFlight);
    await clock.advance(400);
    await refusal;
    go();
    await first;
  });

  it('stops waiting when its client goes away', async () => {
    const { work, go } = heldWork();
    const first = here.run(work, request);
    await clock.settle();
    const deadline = Deadline.after(clock, 45_000);
    const next = runInContext(contextOf(deadline), () => second().run(answerOnce));
    const end = expect(next).rejects.toBeInstanceOf(ClientGone);
    await clock.advance(10);
    deadline.cancel(new ClientGone());
    await end;
    go();
    await first;
  });

  it('is refused at once when it asks something else', async () => {
    const { work, go } = heldWork();
    const first = here.run(work, request);
    await clock.settle();
    await expect(second().run(answerOnce, other)).rejects.toMatchObject({ code: 'idempotency_mismatch' });
    go();
    await first;
  });

  it('goes on in its place when it fails', async () => {
    const { work, fail } = heldWork();
    const first = here.run(work, request);
    const failed = expect(first).rejects.toMatchObject({ code: 'quota_exceeded' });
    const next = second().run(answerOnce, request);
    await clock.advance(10);
    fail(new AppError('quota_exceeded'));
    await clock.advance(50);
    await failed;
    expect(await next).toMatchObject({ replayed: false, text: '{"n":1}' });
  });
});

describe('a hundred requests with one key', () => {
  it('have one effect and look into the store once, when all of them come to one process', async () => {
    const { work, go } = heldWork();
    const answers = Array.from({ length: 100 }, () => here.run(work, request));
    await clock.settle();
    expect(store.claims).toBe(1);
    go();
    expect((await Promise.all(answers)).map(({ replayed }) => replayed).filter((replayed) => !replayed)).toEqual([
      false,
    ]);
    expect([effects, store.claims, clock.pending]).toEqual([1, 1, 0]);
  });

  it('go on one after the other while each of them fails', async () => {
    let running = 0;
    const work: IdempotentWork<Body> = async () => {
      expect(++running).toBe(1);
      await Promise.resolve();
      running--;
      return failOnce();
    };
    const ends = await Promise.allSettled(Array.from({ length: 100 }, () => here.run(work, request)));
    expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(100);
    expect([store.claims, store.rows.size, clock.pending]).toEqual([100, 0, 0]);
  });
});

describe('a holder that died', () => {
  it('is replaced when its lease is over, whatever the next one asks', async () => {
    void here.run(() => new Promise<never>(() => {}), request).catch(() => {});
    await clock.advance(LEASE_MS - 2_001);
    const early = expect(elsewhere.run(answerOnce, request)).rejects.toMatchObject(inFlight);
    await clock.advance(2_000);
    await early;
    await clock.advance(1);
    expect(await elsewhere.run(answerOnce, other)).toMatchObject({ replayed: false });
  });

  it('but lives after all cannot keep its effect, nor free the key of who replaced it', async () => {
    const { work, go } = heldWork();
    const first = here.run(work, request);
    const lost = expect(first).rejects.toMatchObject(inFlight);
    await clock.advance(LEASE_MS);
    const { work: second, go: goOn } = heldWork();
    const next = elsewhere.run(second, request);
    await clock.settle();
    go();
    await lost;
    goOn();
    expect(await next).toMatchObject({ replayed: false });
    expect(await elsewhere.run(answerOnce, request)).toMatchObject({ replayed: true, text: (await next).text });
  });
});
