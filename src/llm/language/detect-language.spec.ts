import { describe, expect, it } from '@jest/globals';
import { detectLanguage } from './detect-language.js';

const PHRASES = {
  en: [
    'Plan my wedding',
    'Move house',
    'Birthday party for my daughter',
    'Buy a new laptop',
    'Fix the sink',
    'Learn Spanish',
    'Write an essay',
    'Call mum',
    'Trip to Rome in May',
    'Do my taxes',
    'Clean the kitchen',
    'Find a babysitter',
    'groceries',
    'Prepare the presentation for Monday',
    'Sell my old bike',
    'How do I get fit?',
    'Bake bread',
    'renew passport',
  ],
  de: [
    'Umzug nach Berlin',
    'Steuererklärung machen',
    'Geburtstag meiner Tochter',
    'Neuen Laptop kaufen',
    'Fahrrad reparieren',
    'Keller ausmisten',
    'Bewerbung schreiben',
    'Zahnarzttermin',
    'Urlaub planen',
    'Oma anrufen',
    'Einkaufen gehen',
    'Badezimmer renovieren',
    'Für die Klausur lernen',
    'Abendessen kochen',
    'Wohnung finden in Wien',
    'Hochzeit im Sommer',
    'Bericht bis Freitag',
    'Wäsche waschen',
    'Hotel in Paris buchen',
    'Job finden',
    'Tapete im Flur erneuern',
  ],
  fr: [
    'Anniversaire de ma fille samedi',
    'Déménagement à Lyon',
    'Écrire un rapport',
    'Réparer le vélo',
    'Faire les courses',
    'Chercher un appartement',
    'Préparer le repas de Noël',
    'Apprendre la guitare',
    'Ranger le garage',
    'Appeler le dentiste',
    'Voyage en Italie',
    'Déclaration d’impôts',
    'Acheter un cadeau',
    'Organiser une fête',
    'Vendre ma voiture',
    'Lettre de motivation',
    'arrêter de fumer',
    'Planter des tomates',
    'Poser du papier peint',
    'Se débarrasser des fourmis',
  ],
  es: [
    'Mudanza a Madrid',
    'Cumpleaños de mi hija',
    'Escribir un informe',
    'Arreglar la bici',
    'Hacer la compra',
    'Buscar piso en Sevilla',
    'Preparar la cena',
    'Aprender a nadar',
    'Ordenar el trastero',
    'Llamar al médico',
    'Viaje a Perú',
    'Declaración de la renta',
    'Comprar un regalo',
    'Organizar una boda',
    'Vender mi coche',
    'Dejar de fumar',
    'Tengo que estudiar',
    'pintar la habitación',
    'Plantar tomates',
    'Comprar una casa',
    'Pasar la ITV',
  ],
} as const;

describe('detecting the language of a short request', () => {
  const cases = Object.entries(PHRASES).flatMap(([language, phrases]) =>
    phrases.map((phrase) => ({ language, phrase })),
  );

  it.each(cases)('takes "$phrase" for $language', ({ language, phrase }) => {
    expect(detectLanguage(phrase)).toEqual({ language, certain: true });
  });

  it.each([
    '',
    '???',
    '🎉',
    'xqzt brrr',
    '12345',
    'مرحبا بك',
    '搬家',
    'Организовать праздник',
    'Verhuizing naar Amsterdam',
    'Organizzare una festa di compleanno per mio figlio',
    'Preciso fazer uma mudança para o Porto',
    'Jag vill köpa en bil och ett hus',
  ])('does not claim to know the language of "%s", and falls back to English', (phrase) => {
    expect(detectLanguage(phrase)).toEqual({ language: 'en', certain: false });
  });

  it('is not misled by a foreign name in a sentence', () => {
    expect(detectLanguage('We fly to San José de los Ángeles with the kids').language).toBe('en');
    expect(detectLanguage('Ich lese mit den Kindern Le Petit Prince').language).toBe('de');
  });
});
