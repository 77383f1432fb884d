import { describe, expect, it } from '@jest/globals';
import { readRanking } from './read-ranking.js';

const LABELS = [
  { label: 'A', seat: 'seat-3' },
  { label: 'B', seat: 'seat-1' },
  { label: 'C', seat: 'seat-4' },
];
const SEATS = new Map(LABELS.map(({ label, seat }) => [seat, label]));

function rankingIn(content: string): string | undefined {
  const reading = readRanking(content, LABELS);
  return reading.ok ? reading.value.map((seat) => SEATS.get(seat)).join('') : undefined;
}

describe('reading a vote', () => {
  it.each([
    ['as a list behind a heading', 'Well.\n\nFINAL RANKING:\n1. Response B\n2. Response C\n3. Response A', 'BCA'],
    ['in another case', 'final ranking\n1. response b\n2. RESPONSE c\n3. Response A', 'BCA'],
    ['in markdown', '## **FINAL RANKING:**\n\n1. **Response B**\n2. *Response C*\n3. `Response A`', 'BCA'],
    ['with letters alone', 'FINAL RANKING:\n1. B\n2. C\n3. A', 'BCA'],
    ['with other numbering', 'FINAL RANKING:\n1) B\n2) C\n3: A', 'BCA'],
    ['with bullets', 'FINAL RANKING:\n- B\n- Response C\n• A', 'BCA'],
    ['without numbers', 'FINAL RANKING:\nResponse B\nResponse C\nResponse A', 'BCA'],
    [
      'with reasons behind the labels',
      'FINAL RANKING:\n1. Response B - a clear plan\n2. C: A good one\n3. A (weak)',
      'BCA',
    ],
    ['with reasons between them', 'FINAL RANKING:\n1. B\nAs A said, it is clear.\n2. C\n3. A', 'BCA'],
    ['as a chain', 'FINAL RANKING: B > C > A', 'BCA'],
    ['as a row', 'FINAL RANKING: Response B, Response C, Response A.', 'BCA'],
    ['in a quotation', '> FINAL RANKING:\n> 1. Response B\n> 2. Response C\n> 3. Response A', 'BCA'],
    ['in German', 'FINAL RANKING:\n1. Antwort B\n2. Antwort C\n3. Antwort A', 'BCA'],
    ['as it was asked for', '{"evaluation": "fine", "ranking": ["Response B", "Response C", "Response A"]}', 'BCA'],
    ['as JSON of its own', '{"evaluation": "fine", "final_ranking": ["Response B", "C", "A"]}', 'BCA'],
    [
      'as JSON with an object for each',
      '{"ranking": [{"rank": 1, "label": "Response B"}, {"label": "C", "rank": 2}]}',
      'BC',
    ],
    [
      'as JSON with an object for each, in the order of the labels',
      '{"ranking": [{"label": "A", "rank": 3}, {"label": "B", "rank": 1}, {"label": "C", "rank": 2}]}',
      'BCA',
    ],
    [
      'as JSON behind an evaluation that is a list',
      '{"evaluation": ["Response A: weak", "Response B: clear"], "ranking": ["Response B", "C", "A"]}',
      'BCA',
    ],
    [
      'as JSON behind the labels that there are',
      '{"labels": ["A", "B", "C"], "final_ranking": ["B", "C", "A"]}',
      'BCA',
    ],
    ['as JSON among words', 'My vote:\n```json\n{"ranking": ["Response C", "A"]}\n```\nResponse B is weak.', 'CA'],
    ['as JSON with a chain', '{"ranking": "Response B > C > A"}', 'BCA'],
    ['as JSON with a text of lines', '{"ranking": "1. Response B\\n2. C\\n3. A"}', 'BCA'],
    ['as JSON that gives each place its label', '{"ranking": {"2": "C", "1": "Response B", "3": "A"}}', 'BCA'],
    ['as JSON that gives each label its place', '{"ranking": {"A": 3, "Response B": 1, "C": 2}}', 'BCA'],
    ['in part', '{"evaluation": "fine", "ranking": ["Response B"]}', 'B'],
    ['as a list and nothing else', '1. Response B\n2. Response C\n3. Response A', 'BCA'],
    [
      'behind a heading that was only spoken of',
      'I end with a FINAL RANKING:\nas asked.\nFINAL RANKING:\n1. C\n2. A',
      'CA',
    ],
    ['from the last of two rankings', 'FINAL RANKING:\n1. A\n2. B\nNo:\nFINAL RANKING:\n1. C\n2. A', 'CA'],
    ['before a heading that is only spoken of', 'FINAL RANKING:\n1. C\n2. A\n\nThat was my final ranking.', 'CA'],
    ['with repeated and unknown labels', 'FINAL RANKING:\n1. B\n2. B\n3. H\n4. Response Z\n5. C', 'BC'],
  ])('takes it %s', (_, content, expected) => {
    expect(rankingIn(content)).toBe(expected);
  });

  const unranked = 'it has no list `ranking` of labels, such as ["Response B", "Response A"].';

  it.each([
    ['no label at all', 'FINAL RANKING:\n1. the first one\n2. A nice plan'],
    ['only labels that do not exist', 'FINAL RANKING:\n1. Response F'],
    ['prose that mentions labels', 'Response C is weak.\nI prefer Response A to Response B.'],
    ['an evaluation in the order of the labels', '1. Response A: weak\n2. Response B: strong\nSo much for that.'],
    ['a JSON answer to something else', '{"steps": ["Buy flour"]}'],
    ['a list of other things', '{"ranking": ["x", 2]}'],
    ['a ranking that is prose', '{"ranking": "I prefer Response A to Response B."}'],
    ['an evaluation beside such a list', '{"evaluation": ["Response A: weak", "Response B: clear"], "ranking": ["x"]}'],
  ])('takes %s for an abstention, and says what is missing', (_, content) => {
    expect(readRanking(content, LABELS)).toEqual({ ok: true, value: [], complaint: unranked });
  });

  it.each(['', ' \n', '```\n```', '...'])('takes %j for no vote', (content) => {
    expect(readRanking(content, LABELS)).toEqual({ ok: false, complaint: unranked });
  });

  it('takes a list that is empty for what it says', () => {
    for (const evaluation of ['"Response A is as good as B."', '["Response A: good", "Response B: good"]'])
      expect(readRanking(`{"evaluation": ${evaluation}, "ranking": []}`, LABELS)).toEqual({ ok: true, value: [] });
  });

  it('takes no longer for a hostile answer', () => {
    const since = performance.now();
    for (const piece of ['FINAL RANKING ', '1. A ', '>', '- ', 'A > ', '1', '\n'])
      readRanking(piece.repeat(200_000), LABELS);
    expect(performance.now() - since).toBeLessThan(2_000);
  });

  it.each([
    ['list', `{"ranking": [${'"A",'.repeat(200_000)}"B"]}`],
    ['list of lists', `{"ranking": [[${'"A",'.repeat(200_000)}"B"]]}`],
  ])('nor for an endless %s', (_, content) => {
    const since = performance.now();
    for (let vote = 0; vote < 9; vote++) readRanking(content, LABELS);
    expect(performance.now() - since).toBeLessThan(1_500);
  });
});
