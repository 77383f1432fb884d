import { describe, expect, it } from '@jest/globals';
import { detectLanguage } from '../../language/detect-language.js';
import { readTask } from './task-reading.js';

function read(text: string) {
  return readTask(text, detectLanguage(text));
}

describe('what is only told', () => {
  it.each([
    'Noisy neighbours keep me up every night, I need to sleep',
    'Die lauten Nachbarn halten mich jede Nacht wach',
    'Mes voisins font du bruit tous les soirs',
    'Los vecinos ruidosos no me dejan dormir cada noche',
  ])('is no time for the task, and the neighbours are talked to: "%s"', (text) => {
    const { kind, slots } = read(text);
    expect(kind).toBe('contact');
    expect(slots).not.toHaveProperty('deadline');
  });

  it.each([
    ['Yoga every morning', 'every morning'],
    ['Every Monday I have to water the plants', 'every Monday'],
    ['Ich möchte jeden Morgen joggen', 'jeden Morgen'],
    ['Promener le chien tous les soirs', 'tous les soirs'],
    ['Find a new flatmate by the 1st of next month', 'by the 1st of next month'],
  ])('is not what is to be done again and again: "%s"', (text, deadline) => {
    expect(read(text).slots.deadline).toBe(deadline);
  });

  it.each([
    'sink is cloged, landlord wont answer',
    'Spüle verstopft, Vermieter antwortet nicht',
    'Lavabo bouché, le propriétaire ne répond pas',
    'Fregadero atascado, el casero no contesta',
  ])('by one who does not answer makes no repair a call: "%s"', (text) => {
    expect(read(text).kind).toBe('fix');
  });
});

describe('a request by several words', () => {
  it.each([
    ['Do we move to Leeds or stay in York?', 'decide'],
    ['Ziehen wir nach Leipzig oder bleiben wir in Halle?', 'decide'],
    ['On déménage à Lyon ou on reste à Paris ?', 'decide'],
    ['Fill in the questionnaire for the landlord', 'admin'],
    ['Fragebogen für die Schule ausfüllen', 'admin'],
    ['Remplir le formulaire de la CAF', 'admin'],
    ['Rellenar el cuestionario del colegio', 'admin'],
    ['Emmener les enfants camper en juillet', 'travel'],
    ['Get better at public speaking', 'learn'],
    ["Give a toast at my brother's wedding, I hate speaking in public", 'write'],
    ['Take my pills every morning', 'habit'],
    ['Jeden Morgen meine Tabletten nehmen', 'habit'],
    ['Weniger Salz essen', 'habit'],
    ['Organise the garage so the car fits in again', 'clean'],
    ['Drive less', 'habit'],
    ['Look after my own health', 'habit'],
    ['Cuidar mi salud', 'habit'],
    ['Take my driving test again', 'learn'],
    ['Take the train to Paris', 'travel'],
    ['My neighbour wants to buy my car', 'sell'],
    ['Cortar la luz antes del viaje', 'chore'],
    ['Change the bed sheets', 'chore'],
    ['Cambiar una bombilla', 'chore'],
    ['Glühbirne wechseln', 'chore'],
    ['No sé qué regalarle a mi madre', 'buy'],
    ["I don't know what to give my dad", 'buy'],
    ['Ich weiß nicht, was ich meiner Mutter schenken soll', 'buy'],
    ['Je ne sais pas quoi offrir à ma mère', 'buy'],
  ])('"%s" is of the kind %s', (text, kind) => {
    expect(read(text).kind).toBe(kind);
  });

  it.each([
    [
      'I wish we could take the kids camping in July, but not on the first weekend',
      'Take the kids camping, but not on the first weekend',
    ],
    ['Emmener les enfants camper en juillet', 'Emmener les enfants camper'],
    ['Help grandma with her garden', 'Help grandma with her garden'],
    ['Ir de compras con mi madre', 'Ir de compras con mi madre'],
  ])('"%s" quotes who is taken along with the verb', (text, deliverable) => {
    expect(read(text).slots.deliverable).toBe(deliverable);
  });
});

it('leaves no clause without the time that it was there for', () => {
  expect(read('Meine Schwester vom Flughafen abholen, sie landet um 23 Uhr').slots.deliverable).toBe(
    'Meine Schwester vom Flughafen abholen',
  );
});

it('that the children get on the nerves asks for nothing', () => {
  expect(read('Die Kinder gehen mir auf die Nerven').kind).toBeUndefined();
});
