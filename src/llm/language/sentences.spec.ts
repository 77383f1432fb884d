import { describe, expect, it } from '@jest/globals';
import type { Language } from './language.js';
import { sentencesOf, withBalancedBrackets } from './sentences.js';

describe('a sentence', () => {
  it.each<[Language, readonly string[]]>([
    ['en', ['My sink is clogged.', 'Fix it!', 'When?', 'Soon…', 'Done']],
    ['en', ['Buy bread, milk etc.', 'Then call mum.']],
    ['en', ['Write (e.g. Monday. Or later.) to Mr. and Mrs. Lee.', 'Thanks.']],
    ['de', ['Das ist so.', 'Keller räumen.']],
    ['fr', ['La fuite est réparée.', 'Merci !']],
    ['es', ['La puerta está rota.', '¿Qué hago?']],
  ])('ends where it does: %s %j', (language, sentences) => {
    expect(sentencesOf(sentences.join(' '), language)).toEqual(sentences);
  });

  it.each<[Language, string]>([
    ['en', 'Meet Dr. Smith, Mr. Lee, Mrs. Poe at St. Mary, No. 5, at 9 a.m. Monday or 5 p.m. Friday'],
    ['en', 'Bring approx. 30, ca. 40 incl. drinks, e.g. Water, i.e. Plenty, etc. to school'],
    ['en', 'Some unkn. word and one unkn. 3 more'],
    ['en', 'Call them (Anna. Tom. Eva.) today'],
    ['de', 'Reifen usw. Schläuche z. B. Mäntel bzw. Felgen bei Fa. Weber, Bahnhofstr. Nr. 5'],
    ['de', 'Am Mo. Termin, Di. Sport, Mi. Chor, Do. Kurs, Fr. Markt, Sa. Garten, So. Besuch bis Ende d. J. Fertig'],
    ['de', 'Die 2. Auflage am 12.12. Drucken für ca. Zwanzig bei Dr. Weber'],
    ['fr', 'Appeler M. Petit et Mme. Grand, av. Foch, env. Dix personnes, p. ex. Paul'],
    ['es', 'Llamar al Sr. Pérez y a la Sra. García, aprox. Diez, cap. Dos, para Ud. Mañana'],
  ])('does not end at the dots of %s "%s"', (language, text) => {
    expect(sentencesOf(text, language)).toEqual([text]);
  });

  it('stays linear in texts made of marks and brackets', () => {
    const start = performance.now();
    for (const part of ['(', ')', '.', '. ', ' ', 'a.', '?)', 'x'])
      expect(sentencesOf(part.repeat(100_000), 'en').length).toBeLessThanOrEqual(100_000);
    // No measure of speed: a quadratic pass would take minutes, on any machine.
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

it.each([
  ['a (b) c', 'a (b) c'],
  ['a (b c', 'a b c'],
  ['a) b (c)', 'a b (c)'],
  ['((a)', '(a)'],
])('brackets without a partner are dropped: "%s" is "%s"', (text, expected) => {
  expect(withBalancedBrackets(text)).toBe(expected);
});
