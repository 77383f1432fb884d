import { describe, expect, it } from '@jest/globals';
import { detectLanguage } from '../../language/detect-language.js';
import { readTask } from './task-reading.js';

describe('an amount as it is to be quoted', () => {
  it.each([
    ['Buy a bike under 800 euros', { budget: 'under 800 euros' }],
    ['Plan a party with at most 20 guests', { quantity: 'at most 20 guests' }],
    ['Ein neues Fahrrad für unter 800 € kaufen', { budget: 'unter 800 €' }],
    ['Eine Feier organisieren. Höchstens 20 Gäste', { quantity: 'höchstens 20 Gäste' }],
    ['Acheter un vélo à moins de 800 euros', { budget: 'moins de 800 euros' }],
    ['Comprar una bici por menos de 800 euros', { budget: 'menos de 800 euros' }],
    ['Organizar una cena para unos 20 invitados', { quantity: 'unos 20 invitados' }],
  ])('keeps its bound in "%s"', (text, stated) => {
    expect(readTask(text, detectLanguage(text)).asStated).toMatchObject(stated);
  });

  it('has none where the text sets none', () => {
    const { slots, asStated } = readTask('Buy a bike for 800 euros', detectLanguage('Buy a bike for 800 euros'));
    expect(asStated).toEqual(slots);
  });
});
