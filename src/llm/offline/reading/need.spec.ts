import { describe, expect, it } from '@jest/globals';
import { detectLanguage } from '../../language/detect-language.js';
import { readTask } from './task-reading.js';

describe('what somebody needs', () => {
  it.each([
    ['Wir brauchen einen neuen Kühlschrank', 'Neuer Kühlschrank'],
    ['Ich brauche eine neue Matratze', 'Neue Matratze'],
    ['Wir brauchen ein größeres Auto', 'Größeres Auto'],
    ['Il me faut un nouveau vélo', 'Nouveau vélo'],
    ["J'ai besoin d'une nouvelle machine à laver", 'Nouvelle machine à laver'],
    ['Necesito una lavadora nueva', 'Lavadora nueva'],
    ['I need a new phone', 'New phone'],
    ['We need new curtains', 'New curtains'],
  ])('in "%s" is the thing that is bought: "%s"', (text, thing) => {
    const { kind, slots } = readTask(text, detectLanguage(text));
    expect({ kind, thing: slots.deliverable }).toEqual({ kind: 'buy', thing });
  });

  it.each([
    'Ich brauche einen Termin beim Zahnarzt',
    'Ich brauche einen neuen Reisepass',
    'Il me faut un nouveau passeport',
    'I need a new passport',
    'I need a new hobby',
  ])('is not bought where no shop has it: "%s"', (text) => {
    expect(readTask(text, detectLanguage(text)).kind).not.toBe('buy');
  });
});
