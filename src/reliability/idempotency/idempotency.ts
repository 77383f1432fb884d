import { randomUUID } from 'node:crypto';
import { currentContext } from '../context/request-context.js';
import { abandonable } from '../deadline/abandonable.js';
import { AppError, isAppError } from '../errors/app-error.js';
import type { Clock, Sleep } from '../ports.js';
import { sameFingerprint } from './fingerprint.js';
import type { HeldPlace, IdempotencyStore, RequestPlace } from './idempotency.store.js';
import { IdempotentAnswer, type AnswerDraft } from './idempotent-answer.js';
import type { IdempotentRequest } from './idempotent-request.js';
import { lookupOf, seal, unseal } from './sealing.js';
import { standingOf } from './standing.js';

/** A holder that died is waited for no longer than this. Longer than the usual deadline of a request. */
const LEASE_MS = 60_000;

/** How long an answer is kept. */
const RETENTION_MS = 24 * 3_600_000;

/** How long a request waits for another one with its key, before it is told to come back. */
const PATIENCE_MS = 2_000;

/** What is left of the deadline for saying so. */
const ANSWER_MS = 100;

/** When the refused should come back. */
const COME_BACK_MS = 1_000;

/** How often a place that another process holds is looked at: first, and at most. */
const FIRST_LOOK_MS = 50;
const SLOWEST_LOOK_MS = 400;

/** Settles the answer in the transaction of the effect: both are kept, or neither. Its last step: it locks the key. */
export type Finish<Body extends object> = (draft: AnswerDraft<Body>) => Promise<IdempotentAnswer<Body>>;

/** What is to be kept for a request with a key. */
export interface KeptAnswer extends HeldPlace {
  /** Sealed. */
  readonly answer: Uint8Array;
  readonly retentionMs: number;
}

/**
 * Settles the answer by a write of the caller's own that has the effect too, where both fit into one statement. There is nothing
 * to keep for a request without a key. The write tells whether the place was still the holder's; if not, it has had no effect.
 */
export type Settle<Body extends object> = (
  draft: AnswerDraft<Body>,
  write: (kept: KeptAnswer | undefined) => Promise<boolean>,
) => Promise<IdempotentAnswer<Body>>;

/** Has the effect in one transaction, and returns what `finish` gave it there; or in one write, and what `settle` gave it. */
export type IdempotentWork<Body extends object> = (
  finish: Finish<Body>,
  settle: Settle<Body>,
) => Promise<IdempotentAnswer<Body>>;

/** A request of this process that holds its place, or is trying to get it. */
interface Flight {
  readonly fingerprint: Uint8Array;
  /** Never rejects: undefined when it has failed. */
  readonly ended: Promise<IdempotentAnswer<object> | undefined>;
}

interface Place extends RequestPlace {
  readonly request: IdempotentRequest;
}

/**
 * Gives a request that is sent several times one effect and one answer. Those that come while the first is under way wait
 * for it for a while, without a connection: in memory in its own process, by looking now and then in others.
 */
export class Idempotency {
  private readonly flights = new Map<string, Flight>();

  constructor(
    private readonly store: IdempotencyStore,
    private readonly ports: { readonly clock: Clock; readonly sleep: Sleep },
  ) {}

  /**
   * Runs the work unless it has been done already. Any failure of the work frees the key. Without a key the work simply
   * runs. Not to be called inside a transaction.
   * @param request default: what the route's `Idempotency-Key` made of the request being served.
   * @throws AppError idempotency_mismatch, idempotency_in_flight, and what the work throws.
   */
  async run<Body extends object>(
    work: IdempotentWork<Body>,
    request: IdempotentRequest | undefined = currentContext()?.idempotency,
  ): Promise<IdempotentAnswer<Body>> {
    if (!request) return work((draft) => Promise.resolve(IdempotentAnswer.of(draft)), settleUnkept);
    const place = { request, tenantId: request.tenantId, lookup: lookupOf(request) };
    const patience = this.patience();
    try {
      return await this.takeTurn(place, work, patience.signal);
    } finally {
      patience.end();
    }
  }

  /** One request per key and process goes on; a hundred that looked into the database together would exhaust it. */
  private async takeTurn<Body extends object>(
    place: Place,
    work: IdempotentWork<Body>,
    patience: AbortSignal,
  ): Promise<IdempotentAnswer<Body>> {
    const name = Buffer.from(place.lookup).toString('base64');
    for (let ahead = this.flights.get(name); ahead; ahead = this.flights.get(name)) {
      if (!sameFingerprint(ahead.fingerprint, place.request.fingerprint)) throw mismatch();
      const answer = await abandonable(ahead.ended, patience);
      if (answer) return answer.again();
    }
    const flight = this.fly(place, work, patience);
    const ended = flight.catch(() => undefined).finally(() => this.flights.delete(name));
    this.flights.set(name, { fingerprint: place.request.fingerprint, ended });
    return flight;
  }

  private async fly<Body extends object>(
    { request, ...place }: Place,
    work: IdempotentWork<Body>,
    patience: AbortSignal,
  ): Promise<IdempotentAnswer<Body>> {
    const held = { ...place, holder: randomUUID() };
    const sealed = await this.claim(held, request, patience);
    if (sealed) return IdempotentAnswer.read(unseal(sealed, request));
    try {
      return await this.perform(held, request, work);
    } catch (error) {
      const released = this.release(held);
      // Before the failure is heard: whoever tries again at once must find the key free. Where the database itself has
      // failed nobody waits for it twice; the lease ends by itself.
      if (!isAppError(error, 'dependency_unavailable')) await released;
      throw error;
    }
  }

  /** @returns the sealed answer of an earlier request; undefined when the place is ours. */
  private async claim(
    held: HeldPlace,
    { fingerprint }: IdempotentRequest,
    patience: AbortSignal,
  ): Promise<Uint8Array | undefined> {
    for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(lookMs * 2, SLOWEST_LOOK_MS)) {
      const outcome = await this.store.claim({ ...held, fingerprint, leaseMs: LEASE_MS }).catch((error: unknown) => {
        // It may have been ours all the same; or become ours in a moment, for a commit is not called back.
        void this.release(held);
        this.ports.clock.schedule(COME_BACK_MS, () => void this.release(held));
        throw error;
      });
      if (outcome.claimed) return undefined;
      const standing = standingOf(outcome.kept, fingerprint);
      switch (standing.kind) {
        case 'finished':
          return standing.sealed;
        case 'mismatch':
          throw mismatch();
        case 'in_flight':
          await this.ports.sleep(lookMs, patience);
          break;
        default:
          return standing satisfies never;
      }
    }
  }

  private async perform<Body extends object>(
    held: HeldPlace,
    request: IdempotentRequest,
    work: IdempotentWork<Body>,
  ): Promise<IdempotentAnswer<Body>> {
    let settled: IdempotentAnswer<Body> | undefined;
    const settle: Settle<Body> = async (draft, write) => {
      settled = IdempotentAnswer.of(draft);
      const answer = seal(settled.toBytes(), request);
      // Whoever outlived the lease may have been replaced: then the effect must not be kept either.
      if (!(await write({ ...held, answer, retentionMs: RETENTION_MS })))
        throw inFlight('The work took longer than its key was held for. Send the request again.');
      return settled;
    };
    const complete = async (kept: KeptAnswer | undefined) =>
      kept !== undefined && (await this.store.complete(kept, kept.answer, kept.retentionMs));
    const answer = await work((draft) => settle(draft, complete), settle);
    if (answer !== settled) throw new Error('the work must return what it has settled');
    return answer;
  }

  private release(held: HeldPlace): Promise<void> {
    return this.store.release(held).catch(() => {});
  }

  /** A signal that ends a wait with the refusal to give; or with the request itself. */
  private patience(): { signal: AbortSignal; end: () => void } {
    const deadline = currentContext()?.deadline;
    const leftMs = Math.max(0, (deadline?.remainingMs() ?? Infinity) - ANSWER_MS);
    const over = new AbortController();
    const end = this.ports.clock.schedule(Math.min(PATIENCE_MS, leftMs), () => over.abort(inFlight()));
    return { signal: deadline ? AbortSignal.any([over.signal, deadline.signal]) : over.signal, end };
  }
}

async function settleUnkept<Body extends object>(
  draft: AnswerDraft<Body>,
  write: (kept: undefined) => Promise<boolean>,
): Promise<IdempotentAnswer<Body>> {
  if (!(await write(undefined))) throw new Error('there was no place to lose');
  return IdempotentAnswer.of(draft);
}

function inFlight(detail = 'A request with this Idempotency-Key is still being processed.'): AppError {
  return new AppError('idempotency_in_flight', { detail, retryAfterMs: COME_BACK_MS });
}

function mismatch(): AppError {
  return new AppError('idempotency_mismatch', { detail: 'Another request was sent with this Idempotency-Key.' });
}
