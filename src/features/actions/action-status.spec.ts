import { describe, expect, it } from '@jest/globals';
import {
  ACTION_STATUSES,
  isReplannable,
  isSettable,
  NEXT_STATUSES,
  REPLANNABLE_STATUSES,
  stepsFrom,
  type ActionStatus,
} from './action-status.js';

/** As the contract writes it. */
const CONTRACT = `todo → in_progress, blocked, cancelled, abandoned;
  in_progress → todo, blocked, in_review, done, cancelled, failed, abandoned;
  blocked → todo, in_progress, cancelled, failed, abandoned, replanned;
  in_review → in_progress, done, cancelled, failed; failed, abandoned → replanned`;

const allowed = new Set(
  CONTRACT.split(';').flatMap((rule) => {
    const [from = [], to = []] = rule.split('→').map((side) => side.split(',').map((status) => status.trim()));
    return from.flatMap((one) => to.map((other) => `${one} → ${other}`));
  }),
);
const pairs = ACTION_STATUSES.flatMap((from) => ACTION_STATUSES.map((to) => ({ from, to })));

describe('the statuses of an action', () => {
  it('follow each other as the contract says, and in no other way', () => {
    const table = Object.entries(NEXT_STATUSES).flatMap(([from, next]) => next.map((to) => `${from} → ${to}`));
    expect(new Set(table)).toEqual(allowed);
    expect(allowed.size).toBe(23);
  });

  it('can all be set where they may follow, but for replanned', () => {
    for (const { from, to } of pairs)
      expect({ from, to, settable: isSettable(from, to) }).toEqual({
        from,
        to,
        settable: to !== 'replanned' && allowed.has(`${from} → ${to}`),
      });
  });

  it('can be replanned when nothing else has come of the action', () => {
    expect(REPLANNABLE_STATUSES).toEqual(['blocked', 'failed', 'abandoned']);
    for (const status of ACTION_STATUSES)
      expect(isReplannable(status)).toBe(['blocked', 'failed', 'abandoned'].includes(status));
  });

  it.each<[ActionStatus, string]>([
    ['todo', 'From todo an action can only become in_progress, blocked, cancelled, abandoned.'],
    ['failed', 'From failed an action can only become replanned (by a replan).'],
    ['done', 'An action that is done stays so.'],
  ])('say what they allow: %s', (status, sentence) => {
    expect(stepsFrom(status)).toBe(sentence);
  });
});
