import { describe, expect, it } from '@jest/globals';
import { StreamedAnswer } from './streamed-answer.js';

/** An answer that has heard so far these choices of each chunk. */
function heard(answers: number, ...chunks: readonly object[][]): StreamedAnswer {
  const answer = new StreamedAnswer({
    listener: { chunk: () => {} },
    verbatim: true,
    answers,
    mayBeEmpty: false,
    onSaid: () => {},
  });
  for (const choices of chunks) answer.add({ body: { choices } });
  return answer;
}

const says = (index: number, content: string) => ({ index, delta: { content }, finish_reason: null });
const ends = (index: number, delta: object = {}) => ({ index, delta, finish_reason: 'stop' });
const goesOn = (index: number, finish_reason: unknown) => ({ index, delta: {}, finish_reason });

describe('an answer of several choices in one chunk', () => {
  it.each([null, '', undefined])('is not over while one of them has the finish reason %j', (finish) => {
    const begun = [says(0, 'one'), says(1, 'two')];
    expect(heard(2, begun, [ends(0), goesOn(1, finish)]).isFinished).toBe(false);
    expect(heard(2, begun, [goesOn(0, finish), ends(1)]).isFinished).toBe(false);
    expect(heard(2, begun, [ends(0), ends(1)]).isFinished).toBe(true);
  });

  it('has ended where each choice has, also if another one went on beside it', () => {
    const begun = [says(0, 'one'), says(1, 'two')];
    const answer = heard(2, begun, [ends(0), says(1, ' and')], [goesOn(0, null), says(1, ' three')], [ends(1)]);
    expect(answer.isFinished).toBe(true);
    expect(answer.isOver).toBe(true);
  });
});

describe('an answer of thoughts alone', () => {
  const thinks = { index: 0, delta: { reasoning_content: 'Hm.' }, finish_reason: null };

  it('is none, as it would be none where it is given whole', () => {
    expect(() => heard(1, [thinks], [ends(0)])).toThrow(expect.objectContaining({ kind: 'empty' }));
  });

  it('is one where its finish reason explains it', () => {
    expect(heard(1, [thinks], [{ index: 0, delta: {}, finish_reason: 'length' }]).isFinished).toBe(true);
  });

  it('may still become one where a finish reason comes with each piece', () => {
    const answer = heard(1, [{ ...thinks, finish_reason: 'stop' }], [ends(0, { content: 'Yes.' })]);
    expect(answer.isFinished).toBe(true);
  });
});
