import type { CallLimits } from '../../../llm/broker/llm-call.js';

/** How long workers may hold an attempt, milliseconds: time in line or paused does not count, and a pause gives none back. */
export const HARD_LIMIT_MS = 30 * 60_000;

/** A run in a worker's hands without a new event for so long has stalled, milliseconds. */
export const LIVENESS_MS = 10 * 60_000;

/** How long a council waits for providers that all fail, before it gives up, milliseconds: longer than a circuit stays open. */
export const PATIENCE_MS = 90_000;

/** Between two attempts meanwhile: doubled each time, milliseconds. */
export const FIRST_WAIT_MS = 1_000;
export const LONGEST_WAIT_MS = 15_000;

/**
 * Leases that may run out in a row without an event between them: a session that kills its workers ends here. Its neighbours in
 * those workers lose as many leases, but must not end: they mostly get an event in between.
 */
export const MOST_STALLS = 8;

/** What one call of a council may take. */
export const CALL_LIMITS: CallLimits = {
  attemptMs: 120_000,
  totalMs: 5 * 60_000,
  maxAnswerBytes: 1024 * 1024,
  retries: 3,
};

/** A lease, and how often it is renewed, milliseconds. */
export const LEASE_MS = 8_000;
export const RENEW_MS = 2_000;

/** How often a worker looks for runs that no notice has announced, milliseconds. */
export const LOOK_MS = 1_000;

/** Sessions that a process works on at the same time. */
export const CAPACITY = 50;

/**
 * Further places, for tenants without a session under way in any process: a session may take minutes, so being next in line is
 * not enough.
 */
export const RESERVED = 6;

/** Sessions that a worker takes in one claim: the other places can meanwhile go to sessions that its own process makes. */
export const CLAIMED_AT_ONCE = 10;

/** A unit of the quota comes back after so long, if the session has not ended meanwhile, seconds. */
export const HOLD_SECONDS = 7 * 24 * 3600;
