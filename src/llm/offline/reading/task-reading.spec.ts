import { describe, expect, it } from '@jest/globals';
import { detectLanguage } from '../../language/detect-language.js';
import type { SlotValues } from '../pattern.js';
import type { TaskReading } from './task-reading.js';
import { readTask } from './task-reading.js';

function read(text: string): TaskReading {
  return readTask(text, detectLanguage(text));
}

function slotsOf(text: string): SlotValues {
  return read(text).slots;
}

describe('the deadline', () => {
  it.each([
    ['Finish the report by Friday', 'by Friday'],
    ['Paint the fence before 3 May', 'before 3 May'],
    ['Call him tomorrow morning', 'tomorrow morning'],
    ['Learn French in two weeks', 'in two weeks'],
    ['Submit it no later than 2026-11-30', 'no later than 2026-11-30'],
    ['Party on Saturday', 'on Saturday'],
    ['Build a shed by the end of the month', 'by the end of the month'],
    ['Lose weight before summer', 'before summer'],
    ['Meet Tom at 5 pm', 'at 5 pm'],
    ['Bericht bis Freitag schreiben', 'bis Freitag'],
    ['Garten bis zum 3. Mai umgraben', 'bis zum 3. Mai'],
    ['Auto in zwei Wochen verkaufen', 'in zwei Wochen'],
    ['Party am Samstagabend planen', 'am Samstagabend'],
    ['Geschenke vor Weihnachten kaufen', 'vor Weihnachten'],
    ['Fahrrad im Sommer reparieren', 'im Sommer'],
    ['Rendre le rapport avant le 3 mai', 'avant le 3 mai'],
    ['Finir le devoir pour lundi', 'pour lundi'],
    ['Ranger la cave dans deux semaines', 'dans deux semaines'],
    ["Perdre du poids avant l'été", "avant l'été"],
    ['Écrire la lettre demain matin', 'demain matin'],
    ['Escribir el informe para el lunes', 'para el lunes'],
    ['Pagar la factura antes del 15 de mayo', 'antes del 15 de mayo'],
    ['Limpiar la casa en dos días', 'en dos días'],
    ['Preparar la cena de mañana por la noche', 'mañana por la noche'],
    ['Ahorrar antes de Navidad', 'antes de Navidad'],
    ['Prepare approx. 30 sandwiches for the school fair tomorrow at 9 a.m.', 'tomorrow at 9 a.m.'],
    ['Arzttermin bei Dr. Weber am Mo. um 14 Uhr vorbereiten', 'am Mo. um 14 Uhr'],
    ['Das Buch bis Ende d. J. fertigstellen', 'bis Ende d. J.'],
    ['Oma wird am 12.12. 80', 'am 12.12.'],
    ['Am 3. Oktober mit den Kindern in den Zoo gehen', 'am 3. Oktober'],
    ['Friday: finish the report', 'Friday'],
    ["Récupérer les enfants à l'école à 16h", 'à 16h'],
    ['Recoger a los niños del colegio a las 17h', 'a las 17h'],
    ['Llevar a mamá al aeropuerto el viernes a las 6', 'el viernes a las 6'],
    ['Mudarme a Madrid a finales de junio', 'a finales de junio'],
    ['Limpiar el coche el fin de semana', 'el fin de semana'],
    ['Hecke schneiden, aber nicht vor dem 1. Oktober', 'nicht vor dem 1. Oktober'],
    ['Nicht vor Montag: Paket abholen', 'nicht vor Montag'],
    ['Paint the fence, but not before Friday', 'not before Friday'],
    ['Stand am 6. Dezember von 14 bis 18 Uhr planen', 'am 6. Dezember von 14 bis 18 Uhr'],
    ['Movie night on Saturday from 7 to 11 pm', 'on Saturday from 7 to 11 pm'],
    ['Organiser un pique-nique dimanche de 12h à 17h', 'dimanche de 12h à 17h'],
    ['Organizar una comida el domingo de 13 a 17 horas', 'el domingo de 13 a 17 horas'],
    ['Résilier mon contrat avant le 15', 'avant le 15'],
    ['Dar de baja la línea antes del día 15', 'antes del día 15'],
    ['Den Antrag bis zum 15. abgeben', 'bis zum 15.'],
    ['Ranger le garage pendant le week-end', 'pendant le week-end'],
    ['Keep the dog quiet every night', 'every night'],
    ['Treffen um 18.30 vorbereiten', 'um 18.30'],
  ])('of "%s" is "%s"', (text, deadline) => {
    expect(slotsOf(text).deadline).toBe(deadline);
  });

  it.each([
    'Buy a sofa',
    'Read about the history of March',
    'Zwei Hemden bügeln',
    'Acheter du pain',
    'Comprar pan',
    'Planear un viaje de fin de semana a Lisboa',
  ])('is not invented for "%s"', (text) => {
    expect(slotsOf(text)).not.toHaveProperty('deadline');
  });
});

describe('the quantity', () => {
  it.each([
    ['Bake a cake for 12 kids', '12 kids'],
    ['Write 2,000 words on bees', '2,000 words'],
    ['Invite twenty guests', 'twenty guests'],
    ['Aufsatz von 3 Seiten schreiben', '3 Seiten'],
    ['Essen für acht Personen kochen', 'acht Personen'],
    ['Écrire 10 pages', '10 pages'],
    ['Cena para 8 personas', '8 personas'],
    ['Budget 150 € für 12 Kinder', '12 Kinder'],
  ])('of "%s" is "%s"', (text, quantity) => {
    expect(slotsOf(text).quantity).toBe(quantity);
  });

  it.each([
    'Call at 5 pm',
    'Party on 3 May',
    'Termin um 10 Uhr',
    'Write by 2026-11-30',
    'Rendez-vous le 3 mai',
    'Mi hija cumple 8 años',
    'A gift for my 8 year old niece',
  ])('is no date, time or age: "%s"', (text) => {
    expect(slotsOf(text)).not.toHaveProperty('quantity');
  });
});

it.each(['Server auf Ubuntu 24.04 aktualisieren', 'Lunch for the team at most 12.50 each'])(
  'a version or a price is no time of day: "%s"',
  (text) => {
    expect(slotsOf(text)).not.toHaveProperty('deadline');
  },
);

describe('a quantity', () => {
  it.each([
    ['Set up two-factor authentication for all 25 employees', '25 employees'],
    ['Help my 15-year-old son with 3 applications', '3 applications'],
    ['Write a 10-page report', '10-page'],
  ])('of "%s" is "%s"', (text, quantity) => {
    expect(slotsOf(text).quantity).toBe(quantity);
  });

  it('is no price per head', () => {
    expect(slotsOf('Plan a lunch, 12.50 per head')).not.toHaveProperty('quantity');
    expect(slotsOf('Prévoir le repas de Noël pour 12 sans gluten')).not.toHaveProperty('quantity');
  });
});

it('pounds of body weight are no money', () => {
  expect(slotsOf('Lose 10 pounds before the wedding')).not.toHaveProperty('budget');
  expect(slotsOf('Buy a lamp for 10 pounds').budget).toBe('10 pounds');
});

describe('people who only belong to a thing, or begin a sentence', () => {
  it.each([
    'Clear the attic and the guest room',
    "Lose weight for my sister's wedding",
    'The heating is off and the landlord won’t answer',
  ])('do not take part: "%s"', (text) => {
    expect(slotsOf(text)).not.toHaveProperty('people');
    expect(slotsOf(text)).not.toHaveProperty('recipient');
  });
});

describe('the budget', () => {
  it.each([
    ['Buy a phone under $300', '$300'],
    ['Geburtstag mit 12 Kindern, Budget 1.500 €', '1.500 €'],
    ['Voyage pour 4 personnes avec 800 euros', '800 euros'],
    ['Comprar un móvil por 200 €', '200 €'],
  ])('of "%s" is "%s"', (text, budget) => {
    expect(slotsOf(text).budget).toBe(budget);
  });

  it.each(['Move house for 2000 dollars', 'Umzug für 500 bis 800 Euro'])('is no quantity: "%s"', (text) => {
    expect(slotsOf(text)).not.toHaveProperty('quantity');
  });
});

describe('people and places', () => {
  it.each([
    ['Cook dinner with Anna', { people: 'with Anna' }],
    ['Baue mit meinem Bruder ein Regal', { people: 'mit meinem Bruder' }],
    ['Préparer un repas avec mes parents', { people: 'avec mes parents' }],
    ['Hacer una comida con toda la familia', { people: 'con toda la familia' }],
    ['Faire un repas avec toute la famille', { people: 'avec toute la famille' }],
    ['Pintar la casa con mi hermana', { people: 'con mi hermana' }],
    ['Write a report for my boss', { recipient: 'for my boss' }],
    ['Kuchen für meine Tochter backen', { recipient: 'für meine Tochter' }],
    ['Find a flat in Berlin', { place: 'Berlin' }],
    ['Party at the office', { place: 'at the office' }],
    ['Wohnung in Hamburg suchen', { place: 'Hamburg' }],
    ['Regal in der Küche aufbauen', { place: 'in der Küche' }],
    ['Chercher un hôtel à Lyon', { place: 'Lyon' }],
    ['Buscar piso en Madrid', { place: 'Madrid' }],
    ['Organizar una fiesta en casa', { place: 'en casa' }],
  ])('are found in "%s"', (text, expected) => {
    expect(slotsOf(text)).toMatchObject(expected);
  });

  it.each([
    'Write it in English',
    'Convert it to PDF',
    'Learn to code in Python',
    'Arbeite in Ruhe am Plan',
    'Do it with Excel',
  ])('are not invented for "%s"', (text) => {
    expect(slotsOf(text)).not.toHaveProperty('place');
    expect(slotsOf(text)).not.toHaveProperty('people');
  });
});

describe('the thing that it is about', () => {
  it.each([
    ['Can you please help me build a bookshelf?', 'Bookshelf'],
    ['I need to write a report about bees by Friday', 'Report about bees'],
    ['Ich muss bis Freitag einen Bericht über Bienen schreiben', 'Bericht über Bienen'],
    ['Je dois réparer le vélo de ma fille', 'Vélo de ma fille'],
    ['Tengo que escribir un informe para el lunes', 'Informe'],
    ['Neuen Laptop kaufen', 'Neuen Laptop kaufen'],
    ['Quit smoking', 'Quit smoking'],
    ['My sink is clogged. I need to fix it.', 'My sink is clogged'],
    ['Hello! Thanks for your help. Sell my old bike', 'Old bike'],
    ['Soll ich kündigen?', 'Soll ich kündigen?'],
    [
      'Write a 10 page report on climate policy for Dr. Smith by next Friday',
      '10 page report on climate policy for Dr. Smith',
    ],
    ['Prepare approx. 30 sandwiches for lunch tomorrow at 9 a.m.', 'Approx. 30 sandwiches for lunch'],
    ['Arzttermin bei Dr. Weber am Mo. um 14 Uhr vorbereiten', 'Arzttermin bei Dr. Weber vorbereiten'],
    ['Für ca. 20 Gäste am Samstag grillen', 'Für ca. 20 Gäste grillen'],
    ['Bitte hilf mir, die 2. Auflage meines Buches bis Ende d. J. fertigzustellen', '2. Auflage meines Buches'],
    ['Oma wird am 12.12. 80 und ich möchte ihr ein Fotobuch machen', 'Ihr ein Fotobuch machen'],
    ['Clean the flat (kitchen and bath first', 'Clean the flat kitchen and bath first'],
    ['Aide-moi à réparer le vélo de Mme. Petit', 'Vélo de Mme. Petit'],
    ['Ayúdame a escribir una carta al Sr. Pérez', 'Carta al Sr. Pérez'],
    ['Mettre à jour mon CV', 'CV'],
    ['My boss asked me to organise the summer party', 'Summer party'],
    ["Mon chef m'a demandé d'organiser la fête d'été", "Fête d'été"],
    ['Mein Chef hat mich gebeten, das Sommerfest zu organisieren', 'Sommerfest'],
    ['Wir bekommen ein Baby. Was müssen wir vorbereiten?', 'Wir bekommen ein Baby'],
    ['Préparer le déjeuner de demain', 'Déjeuner'],
    ['Dois-je louer ou acheter ?', 'Dois-je louer ou acheter ?'],
    ['¿Debo alquilar o comprar?', '¿Debo alquilar o comprar?'],
    ['Camp with the kids', 'Camp with the kids'],
    ['Écrire à ma banque', 'Écrire à ma banque'],
    ['Visit my parents at Christmas', 'Visit my parents at Christmas'],
    ['Help my daughter with maths', 'Help my daughter with maths'],
    ['Build a bookshelf for my son', 'Bookshelf for my son'],
    ['Hecke schneiden, aber nicht vor dem 1. Oktober', 'Hecke schneiden'],
    ['I wish I could finally read more books', 'Read more books'],
    ["Il me faut un nouveau lit avant l'arrivée", "Il me faut un nouveau lit avant l'arrivée"],
    ['Mein Sohn schreibt eine Klausur. Wie kann ich ihm helfen?', 'Mein Sohn schreibt eine Klausur'],
    ['My son failed his maths exam. How can I help him?', 'My son failed his maths exam'],
    ['Mi abuela está sola. ¿Cómo puedo ayudarle?', 'Mi abuela está sola'],
    ['The guest room is full, I also need to get the heating checked', 'Get the heating checked'],
    ['Mi madre se jubila y queremos hacerle una comida sorpresa', 'Comida sorpresa'],
  ])('in "%s" is "%s"', (text, deliverable) => {
    expect(slotsOf(text).deliverable).toBe(deliverable);
  });

  it('is a short excerpt of a long text, cut at a word', () => {
    const { deliverable = '' } = slotsOf(`Write ${'something very long and winding '.repeat(100)}`);
    expect([...deliverable].length).toBeLessThanOrEqual(60);
    expect(deliverable).toMatch(/ \w+…$/);
  });
});

describe('the kind of task', () => {
  it.each([
    ['Write a speech', 'write'],
    ['Build a shed', 'make'],
    ['Start a podcast', 'venture'],
    ['Bake bread', 'cook'],
    ['Buy a sofa', 'buy'],
    ['groceries', 'shop'],
    ['Sell my car', 'sell'],
    ['The tap is leaking', 'fix'],
    ['Hochzeit planen', 'organise'],
    ['Gitarre lernen', 'learn'],
    ['Should I move or stay?', 'decide'],
    ['Appeler le dentiste', 'contact'],
    ['Limpiar la cocina', 'clean'],
    ['Camping trip', 'travel'],
    ['Renovar el pasaporte', 'admin'],
    ['Arrêter de fumer', 'habit'],
    ['Kita-Platz suchen', 'find'],
    ['Find out why it is so loud', 'research'],
    ['Mow the lawn', 'chore'],
    ['Schrank aufbauen', 'general'],
    ['Prepare approx. 30 sandwiches for the school fair', 'cook'],
    ['Arzttermin bei Dr. Weber am Mo. um 14 Uhr vorbereiten', 'contact'],
    ['Bitte hilf mir, die 2. Auflage meines Buches bis Ende d. J. fertigzustellen', 'write'],
    ['Am 3. Oktober mit den Kindern in den Zoo gehen', 'travel'],
    ['Pay the electricity bill by 12/24', 'pay'],
    ['Rechnung bezahlen', 'pay'],
    ['Payer la facture', 'pay'],
    ['Pagar la factura', 'pay'],
    ['Geschenk für meine Schwester finden', 'buy'],
    ['Find a gift for my sister', 'buy'],
    ['Do the laundry', 'chore'],
    ['Wäsche waschen', 'chore'],
    ['Faire la vaisselle', 'chore'],
    ['Lavar los platos', 'chore'],
    ['Back up my photos to an external drive', 'technical'],
    ['Update my phone', 'general'],
    ['Mettre à jour mon téléphone', 'general'],
    ['Configurar mi nuevo móvil', 'technical'],
    ['Pick up my kids from school', 'chore'],
    ["Aller chercher les enfants à l'école", 'chore'],
    ['Recoger a los niños del colegio', 'chore'],
    ['Get ready for school', 'general'],
    ['Bathe the dog', 'general'],
    ['Throw out old clothes', 'general'],
    ['Get the kids to school on time', 'general'],
    ["J'ai besoin d'une nouvelle machine à laver", 'buy'],
    ['Necesito una lavadora nueva', 'buy'],
    ['DRUCKER REPARIEREN', 'fix'],
    ["Conduire maman à l'aéroport vendredi", 'general'],
    ['Llevar el coche al taller', 'chore'],
    ['Weniger Zeit am Handy verbringen', 'habit'],
    ['Logo entwerfen', 'make'],
    ['Envolver los regalos', 'chore'],
    ['Heiraten', 'organise'],
    ['Moho en el baño', 'fix'],
    ['Get vaccinated', 'general'],
    ['Get the car ready for winter', 'general'],
    ["My laptop won't start", 'fix'],
    ['Mein Handy lädt nicht mehr', 'fix'],
    ['Mon ordinateur ne démarre plus', 'fix'],
    ['El portátil no arranca', 'fix'],
    ['Look after my nephew on Saturday', 'chore'],
    ['Bring the car to the garage', 'chore'],
    ['Return the laptop', 'chore'],
    ['Do the tax return', 'admin'],
    ['Start a garden', 'general'],
    ['Create a budget', 'habit'],
    ['Garage sale', 'sell'],
    ['Dejar mi trabajo', 'admin'],
    ['Dejar de fumar', 'habit'],
    ['Quit my job', 'admin'],
    ['Sort out my finances', 'habit'],
    ['Prepare a talk on bees', 'write'],
    ['Get my car inspected', 'general'],
    ['Get a birthday present for dad', 'buy'],
    ['Make a birthday cake for my son', 'cook'],
    ["Prepare a speech for my sister's wedding", 'write'],
    ['Rede für die Hochzeit meiner Schwester vorbereiten', 'write'],
    ['Present the results to my team', 'write'],
    ['Prepare for the driving test', 'learn'],
    ['Start running', 'habit'],
    ['Drink more water', 'habit'],
    ['Plan my week', 'general'],
    ['Meine Woche planen', 'general'],
    ['Hochzeit planen', 'organise'],
    ['Plan a game night', 'organise'],
    ['Clean up my inbox', 'general'],
    ['Wie bekomme ich meinen Garten winterfest?', 'general'],
    ['Schreibtisch aufräumen', 'clean'],
    ['Drucker kaufen', 'buy'],
    ['Wanderschuhe kaufen', 'buy'],
    ['Buch lesen', 'general'],
    ['Reis kochen', 'cook'],
    ['Ouvrir un compte bancaire', 'admin'],
    ['Créer une entreprise', 'venture'],
    ['Faire mes devoirs', 'general'],
    ['Hacer la cama', 'general'],
    ['Book a table at an Italian restaurant', 'contact'],
    ['Fix the login bug in our app', 'technical'],
    ['Write unit tests for the parser', 'technical'],
    ['Write the documentation of our API', 'write'],
    ['Set up the new printer', 'technical'],
    ['Die Datenbank auf den neuen Server umziehen', 'technical'],
    ['Den neuen Drucker einrichten', 'technical'],
    ['Meine Wohnung einrichten', 'general'],
    ['Mettre en place un système de sauvegarde', 'technical'],
    ['Migrar la base de datos', 'technical'],
    ['Learn Docker', 'learn'],
    ['Return the broken kettle to the shop before Friday', 'giveBack'],
    ['Exchange the shoes I bought online', 'giveBack'],
    ['Das Paket zurückschicken', 'giveBack'],
    ['Den defekten Wasserkocher in den Laden zurückbringen', 'giveBack'],
    ["Rendre le manteau au magasin où je l'ai acheté", 'giveBack'],
    ['Devolver el abrigo a la tienda', 'giveBack'],
    ['Return the library books', 'chore'],
    ['Prepare for a job interview at a bank', 'interview'],
    ['Vorbereitung auf ein Vorstellungsgespräch', 'interview'],
    ["Préparer un entretien d'embauche", 'interview'],
    ['Preparar una entrevista de trabajo', 'interview'],
    ['Interview my grandmother about her youth', 'contact'],
    ['Run a customer survey', 'research'],
    ['Make a photo book of our holiday', 'make'],
    ['My computer is slow', 'technical'],
    ['Mein Laptop ist zu langsam', 'technical'],
    ['Mon ordinateur est très lent', 'technical'],
    ['Mi móvil va lento', 'technical'],
    ['Wir wollen im Sommer mit dem Rad durch die Toskana fahren', 'travel'],
    ['Elternabend vorbereiten', 'organise'],
    ['Mein Vater braucht einen Pflegeplatz', 'find'],
    ['Deal with the water damage in the basement', 'fix'],
    ['Train for a triathlon', 'habit'],
    ['Der Geschirrspüler pumpt nicht ab', 'fix'],
    ['Die Waschmaschine macht komische Geräusche', 'fix'],
    ['Our washing machine makes a horrible noise', 'fix'],
    ["The printer won't print", 'fix'],
    ['La chaudière fait un bruit bizarre', 'fix'],
    ['Le frigo ne refroidit plus', 'fix'],
    ['La caldera hace un ruido raro', 'fix'],
    ['La lavadora no desagua', 'fix'],
    ['La bici no frena', 'fix'],
    ['Lampe im Bad flackert', 'fix'],
    ['Organize a bake sale at school', 'organise'],
    ['Movie night on Saturday', 'organise'],
    ['Organiser un vide-grenier dans notre rue', 'organise'],
    ['Muttertag', 'organise'],
    ['Plant tomatoes on the balcony', 'general'],
    ['Peindre le portail en bleu', 'general'],
    ['Pintar la valla de blanco', 'general'],
    ['Reifenwechsel', 'general'],
    ['Meine Oma zieht ins Pflegeheim und wir müssen ihre Wohnung auflösen', 'general'],
    ['Patientenverfügung erstellen', 'admin'],
    ["Refaire ma carte d'identité", 'admin'],
    ['Dar de baja la línea de teléfono', 'admin'],
    ['Apuntar a mi hija a clases de ballet', 'admin'],
    ['Rembourser mon prêt étudiant', 'pay'],
    ['Devolver un préstamo', 'pay'],
    ['Studienkredit zurückzahlen', 'pay'],
    ['Repay my brother the money', 'pay'],
    ['Ein Angebot für die Firma Müller erstellen', 'write'],
    ['Corregir el error de la página de pago', 'technical'],
    ['Mettre en place des tests automatiques', 'technical'],
    ['Set up two-factor authentication', 'technical'],
    ['¿Me compro un coche eléctrico o espero?', 'decide'],
    ["Il me faut un nouveau lit avant l'arrivée de mes beaux-parents", 'buy'],
    ['Reservar un apartamento en Cádiz', 'travel'],
    ['Préparer les valises avant le départ', 'chore'],
    ['Spülmaschine ausräumen', 'chore'],
    ['comment enlever une tache de vin sur le canapé', 'clean'],
    ['Mein Sohn hat Probleme in Mathe und schreibt in drei Wochen eine Klausur. Wie kann ich ihm helfen?', 'learn'],
    ['I wish I could finally read more books', 'habit'],
  ])('of "%s" is %s', (text, kind) => {
    expect(read(text).kind).toBe(kind);
  });

  it.each([
    'a',
    '???',
    'qwrtz plmk',
    'Yesterday my world fell apart',
    "I'm overwhelmed by everything",
    'Estoy harto de mi trabajo',
  ])('stays open for "%s"', (text) => {
    expect(read(text).kind).toBeUndefined();
  });
});

describe('what the text lists', () => {
  it.each([
    ['- milk\n- call mum', ['milk', 'call mum'], false],
    ['1) wash the car\n2) clean the flat', ['wash the car', 'clean the flat'], true],
    ['1. Call Tom 2. Buy bread', ['Call Tom', 'Buy bread'], true],
    [
      'First call the plumber, then buy a tap and finally paint the wall',
      ['call the plumber', 'buy a tap', 'paint the wall'],
      true,
    ],
    ['Rasen mähen, Auto waschen und Fenster putzen', ['Rasen mähen', 'Auto waschen', 'Fenster putzen'], false],
    ["D'abord ranger la cave, puis vendre le vélo", ['ranger la cave', 'vendre le vélo'], true],
    ['Fahrrad reparieren, Reifen usw. kaufen', ['Fahrrad reparieren', 'Reifen usw. kaufen'], false],
    ['Clean the flat (wash, dust and mop) and call mum', ['Clean the flat (wash, dust and mop)', 'call mum'], false],
    ['Buy milk. call mum. clean the flat', ['Buy milk', 'call mum', 'clean the flat'], false],
    [
      'Keller aufräumen und alte Möbel z. B. bei eBay verkaufen',
      ['Keller aufräumen', 'alte Möbel z. B. bei eBay verkaufen'],
      false,
    ],
    ['Llamar al banco, pagar la factura y comprar pan', ['Llamar al banco', 'pagar la factura', 'comprar pan'], false],
  ])('is read from "%s"', (text, items, ordered) => {
    expect(read(text).listing).toEqual({ sort: 'tasks', items, ordered });
  });

  it('can be things instead of tasks', () => {
    expect(read('Milch, Eier und Brot kaufen').listing).toEqual({
      sort: 'things',
      items: ['Milch', 'Eier', 'Brot'],
      ordered: false,
    });
    // "Beurre" ends like a verb.
    expect(read('Liste de courses : lait, œufs, pain, beurre').listing).toMatchObject({
      sort: 'things',
      items: ['lait', 'œufs', 'pain', 'beurre'],
    });
    expect(read('Pack for camping: tent, stove, torch').listing).toMatchObject({
      sort: 'things',
      items: ['tent', 'stove', 'torch'],
    });
  });

  it.each([
    'Buy bread and butter',
    'Ich möchte 5 Kilo abnehmen, ohne zu hungern',
    'Schwedisch lernen, weil wir nach Stockholm ziehen',
    'Clean the flat, because guests are coming',
    'Plan a dinner with Tom and Anna',
    'Buy a small, quiet and cheap fridge',
    'Should I quit my job and travel?',
    'Paint the wall black and white',
    'Prepare approx. 30 sandwiches for the school fair tomorrow at 9 a.m.',
  ])('is nothing in "%s"', (text) => {
    expect(read(text).listing).toBeUndefined();
  });
});
