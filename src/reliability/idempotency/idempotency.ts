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

/** How long a holder that died keeps its place. Longer than the usual deadline of a request. */
const LEASE_MS = 60_000;

/** How long an answer is kept. */
const RETENTION_MS = 24 * 3_600_000;

/** How long a request waits for another one with its key before it is refused. */
const PATIENCE_MS = 2_000;

/** The part of the deadline that is kept for sending that refusal. */
const ANSWER_MS = 100;

/** When the refused client should send the request again. */
const COME_BACK_MS = 1_000;

/** The pause between two looks at a place that another process holds: the first one, and the longest. */
const FIRST_LOOK_MS = 50;
const SLOWEST_LOOK_MS = 400;

/** Settles the answer in the transaction of the effect: both are kept, or neither. Call it last, since it locks the key. */
export type Finish<Body extends object> = (draft: AnswerDraft<Body>) => Promise<IdempotentAnswer<Body>>;

/** The answer to keep for a request with a key. */
export interface KeptAnswer extends HeldPlace {
  /** Sealed. */
  readonly answer: Uint8Array;
  readonly retentionMs: number;
}

/**
 * Settles the answer by one statement of the caller's own that has the effect too. `write` gets undefined for a request without
 * a key. It returns whether the place was still the holder's; if it was not, the statement must have had no effect.
 */
export type Settle<Body extends object> = (
  draft: AnswerDraft<Body>,
  write: (kept: KeptAnswer | undefined) => Promise<boolean>,
) => Promise<IdempotentAnswer<Body>>;

/** Has the effect in one transaction and returns what `finish` returned there; or in one write, and what `settle` returned. */
export type IdempotentWork<Body extends object> = (
  finish: Finish<Body>,
  settle: Settle<Body>,
) => Promise<IdempotentAnswer<Body>>;

/** A request of this process that holds its place, or is trying to get it. */
interface Flight {
  readonly fingerprint: Uint8Array;
  /** Never rejects: it resolves to undefined when the request failed. */
  readonly ended: Promise<IdempotentAnswer<object> | undefined>;
}

interface Place extends RequestPlace {
  readonly request: IdempotentRequest;
}

/**
 * Gives a request that is sent several times one effect and one answer. Copies that come while the first is under way wait
 * a while, without a connection: its own process waits in memory, other processes poll the store.
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
   * @param request default: the one that the context of the request being served holds.
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

  /** Lets one request per key and process go on: a hundred that polled the database together would exhaust it. */
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
      // Free the key before the client hears of the failure: it may try again at once. Where the database itself has
      // failed, do not wait for it a second time: the lease ends by itself.
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
        // The claim may have committed although it failed here, or may commit in a moment: nothing calls a commit back.
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
      // Another request may have taken the place after the lease ended: then this effect must not be kept either.
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

  /** A signal that ends the wait with the refusal to send, or when the request itself ends. */
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
