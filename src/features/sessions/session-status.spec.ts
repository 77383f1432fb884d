import { describe, expect, it } from '@jest/globals';
import { allows, CONTROL_STATES, SESSION_STATUSES, stepsFrom, type ControlAction } from './session-status.js';

/** By the contract. */
const STEPS = {
  created: ['start', 'cancel'],
  queued: ['cancel'],
  running: ['pause', 'cancel'],
  paused: ['resume', 'cancel'],
  completed: [],
  failed: ['retry'],
  cancelled: [],
} as const;

describe.each(SESSION_STATUSES)('a session that is %s', (status) => {
  it('allows what the contract says, and tells so', () => {
    expect(stepsFrom(status)).toEqual(STEPS[status]);
  });

  it('allows nothing else', () => {
    for (const action of Object.keys(CONTROL_STATES) as ControlAction[])
      expect(allows(status, action)).toBe(stepsFrom(status).includes(action));
  });
});
