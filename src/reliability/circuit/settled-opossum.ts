import { EventEmitter } from 'node:events';
import Opossum from 'opossum';
import type { Clock } from '../ports.js';

const BUCKETS = 10;
const BUCKET_MS = 6_000;

/** How far back the counts of recent outcomes reach, in milliseconds. */
const RECENT_MS = BUCKETS * BUCKET_MS;

/**
 * Turns the rolling windows of all circuits with one timer. Without it opossum starts an interval per circuit; with one
 * that never turns, its buckets grow without end.
 */
export class WindowRotation {
  readonly controller = new EventEmitter().setMaxListeners(0);
  private cancel: (() => void) | undefined;

  constructor(private readonly clock: Clock) {}

  start(): void {
    this.cancel ??= this.schedule();
  }

  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  private schedule(): () => void {
    return this.clock.schedule(BUCKET_MS, () => {
      this.controller.emit('rotate');
      this.cancel = this.schedule();
    });
  }
}

/** The argument of each `fire`: an outcome that is already known. */
export type SettledOutcome = 'success' | 'failure';
export type OpossumCircuit = Opossum<[SettledOutcome], void>;

const FAILED = new Error('the call has failed');

/** Throwing at once, not from a promise, makes opossum count a failure before `fire` returns. */
function settle(outcome: SettledOutcome): Promise<void> {
  if (outcome === 'failure') throw FAILED;
  return Promise.resolve();
}

/**
 * An opossum circuit that never opens by itself: it would judge by a percentage of its window, close at the first
 * success, and let a late result of an older call do either.
 */
export function settledOpossum(name: string, openMs: number, rotation: WindowRotation): OpossumCircuit {
  return new Opossum(settle, {
    name,
    timeout: false,
    resetTimeout: openMs,
    errorThresholdPercentage: 100,
    rollingCountBuckets: BUCKETS,
    rollingCountTimeout: RECENT_MS,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
    rotateBucketController: rotation.controller,
  });
}
