import { describe, expect, it } from '@jest/globals';
import { IdempotentAnswer } from './idempotent-answer.js';

const body = { text: 'a\nline, “quotes” and \u{1f511}', list: [1, 2.5, null], lone: '\ud800' };

describe('a settled answer', () => {
  it('is read again to the byte, as a replay', () => {
    const answer = IdempotentAnswer.of({ status: 201, location: '/v1/sessions/ses_1', body });
    const again = IdempotentAnswer.read(answer.toBytes());
    expect(answer.replayed).toBe(false);
    expect(again).toMatchObject({
      status: 201,
      location: '/v1/sessions/ses_1',
      text: JSON.stringify(body),
      replayed: true,
    });
    expect(again.body).toEqual(body);
    expect(answer.again()).toEqual(again);
  });

  it('has no location unless it was given one', () => {
    expect(IdempotentAnswer.read(IdempotentAnswer.of({ status: 200, body }).toBytes()).location).toBeUndefined();
  });
});
