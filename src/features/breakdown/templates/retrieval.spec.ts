import { describe, expect, it } from '@jest/globals';
import { TemplateLibrary } from './template-library.js';

const library = TemplateLibrary.load('config/templates');

function found(text: string): string | undefined {
  return library.retrieve(text)?.template.id;
}

const ABOUT = {
  'move-house': [
    'Umzug nach Berlin',
    'We are moving to Berlin in June',
    'Plan the move to our new house',
    'Ich ziehe im Mai um',
    'Déménagement à Lyon',
    'Mudanza a Madrid en marzo',
    'Me mudo a un piso nuevo',
  ],
  'birthday-party': [
    'Birthday party for my daughter, 12 kids',
    "Plan my mum's 60th birthday",
    'Kindergeburtstag am Samstag mit 8 Kindern',
    'Anniversaire de ma fille samedi',
    'Fiesta de cumpleaños para mi hijo',
    'Organise a surprise birthday party with cake and games',
    'Oma zum 80. Geburtstag überraschen',
  ],
  'holiday-trip': [
    'Plan a trip to Rome',
    'Weekend in Paris with my wife',
    'Urlaub in Italien planen',
    'Voyage au Japon en avril',
    'Planear un viaje a Japón',
    'Family vacation in Spain next summer',
  ],
  'thesis-paper': [
    'Write my master thesis',
    'Masterarbeit über Migration schreiben',
    'Écrire mon mémoire de master',
    'Escribir mi TFG',
    'Finish my history essay by Monday',
  ],
  'job-application': [
    'Apply for a job as a nurse',
    'Bewerbung als Krankenpfleger schreiben',
    'Lettre de motivation pour un stage',
    'Buscar trabajo en Barcelona',
    'Write a cover letter',
    'Ich brauche einen neuen Job',
  ],
  'tax-return': [
    'Do my taxes',
    'Steuererklärung 2025 machen',
    "Déclaration d'impôts",
    'Hacer la declaración de la renta',
  ],
  'website-launch': [
    'Launch a website for my bakery',
    'Eine Website für meinen Verein erstellen',
    'Créer un site web pour mon restaurant',
    'Crear una página web para mi tienda',
    'Build an app for tracking plants',
  ],
  'room-renovation': [
    'Renovate the bathroom',
    'Paint the bedroom',
    'Wohnzimmer streichen',
    'Badezimmer renovieren',
    'Repeindre la chambre',
    'Reformar la cocina',
  ],
  'exam-preparation': [
    'Prepare for my maths exam',
    'Study for finals',
    'Für die Matheprüfung lernen',
    'Réviser pour le bac',
    'Estudiar para el examen de historia',
  ],
  'home-declutter': [
    'Declutter the garage',
    'Keller ausmisten',
    'Ranger le grenier',
    'Ordenar el trastero',
    'Spring cleaning',
  ],
} as const;

const ABOUT_SOMETHING_ELSE = [
  'Get my driving licence exchanged before we move to Spain in October',
  'Ummeldung beim Bürgeramt nach dem Umzug',
  'Meinem Nachbarn beim Umzug helfen',
  'Faire garder le chat pendant les vacances',
  'Organiser un vide-grenier dans notre rue',
  'move the button in the navbar',
  'Move the meeting to Friday',
  'Move my savings to another bank',
  'Move the sofa to the other room',
  'We are moving to Postgres',
  'Move more every day',
  'Move on after a breakup',
  'Umzug der Datenbank auf einen neuen Server',
  'Umzugskartons kaufen',
  'Buy moving boxes',
  'Buy a house',
  'Sell my house',
  'Find a flat in Berlin',
  'Buy a birthday present for Anna',
  'Write a birthday card for my boss',
  'Bake a birthday cake',
  'Geschenk zum Geburtstag von Oma',
  "Acheter un cadeau d'anniversaire pour ma fille",
  'Comprar una tarta de cumpleaños',
  'Add a birthday field to the form',
  'Write a story about a trip to Rome',
  'Buy a suitcase for my vacation',
  'Urlaubsantrag stellen',
  'Reisepass verlängern',
  'Submit travel expenses',
  'Vacation request form for HR',
  'Book a campsite',
  'Rent a car',
  'Read a paper on birds',
  'Buy toilet paper',
  'Wallpaper for my phone',
  'Write a report for my boss',
  'Write an email about my essay',
  'Apply for a visa',
  'Apply for a scholarship',
  'Apply the patch to the server',
  'Quit my job',
  'Explain tax policy',
  'Calculate the tax on a bicycle',
  'Hundesteuer anmelden',
  'Call the tax office',
  'Fix the login bug on the website',
  'Find a website for recipes',
  'Delete my app account',
  'Cancel my internet contract',
  'Paint a picture for my grandma',
  'Renew my passport',
  'Renew the contract',
  'Repaint my nails',
  'Write unit tests',
  'Correct the exams of my class',
  'Neuen Mitbewohner finden',
  'Die Katze füttern, während die Nachbarn im Urlaub sind',
  'Nourrir le chat pendant les vacances des voisins',
  'Deep clean the oven',
  'Take a blood test',
  'Clean the database',
  'Clean up my inbox',
  'Clean the kitchen',
  'Tidy my desk',
  'Organise my photos',
  'Clean the house gutters',
  'Aufräumen meiner Dateien',
  'Cumplir con las normas',
  'Die Hochzeit meiner Schwester',
  'Learn the guitar',
  'Oma wird am 12.12. 80 und ich möchte ihr ein Fotobuch machen',
  'My mum turns 60 and I need a gift',
  'School trip to Paris for 25 children by May 3',
  'Plan a trip to Rome for my class',
  'Klassenfahrt nach Berlin planen',
  '¿Nos mudamos a Valencia o nos quedamos en Madrid?',
  'On déménage à Lyon ou on reste à Paris ?',
  'Do we move to Leeds or stay in York?',
  "Organiser l'anniversaire de mariage de mes parents",
  'Reise nach Rom mit meiner Klasse',
  'Voyage scolaire à Rome',
  'Viaje escolar a Madrid',
  '',
  '🎉',
  '???',
  'buy milk, call mum and plan a birthday party',
];

describe('retrieval', () => {
  const cases = Object.entries(ABOUT).flatMap(([id, texts]) => texts.map((text) => ({ id, text })));

  it.each(cases)('finds $id for "$text"', ({ id, text }) => {
    expect(found(text)).toBe(id);
  });

  it.each(ABOUT_SOMETHING_ELSE)('finds nothing for "%s"', (text) => {
    expect(found(text)).toBeUndefined();
  });

  it('names the language in which the text matched', () => {
    expect(library.retrieve('Mudanza a Madrid en marzo')?.language).toBe('es');
    expect(library.retrieve('Umzug')?.language).toBe('de');
  });

  it.each([
    [
      'move-house',
      'Hi! My husband and I just bought a house in Leeds and need to be out of our flat by 31 January. We have two cats and a lot of books. Can you help us plan the move?',
    ],
    [
      'exam-preparation',
      'Hola, tengo un examen de matemáticas el 15 de junio y no sé por dónde empezar. Entran 6 temas.',
    ],
    ['birthday-party', 'My daughter turns 7 on Saturday and I have nothing ready'],
    [
      'holiday-trip',
      "Bonjour, je voudrais organiser un week-end à Bruges avec trois amies en octobre, pas trop cher. Pouvez-vous m'aider ?",
    ],
  ])('finds %s in a request of several sentences', (id, text) => {
    expect(found(text)).toBe(id);
  });

  it('does not take a long text for a match because of one word far down in it', () => {
    expect(
      found(`${'We talked about the weather and the garden of our neighbours. '.repeat(8)} Plan a trip to Rome.`),
    ).toBeUndefined();
  });

  it('stays bounded on a text of 4,000 characters made of triggers', () => {
    const start = performance.now();
    found('moving house to '.repeat(250));
    // No measure of speed: matching that backtracks would take minutes, on any machine.
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
