import { describe, expect, it } from '@jest/globals';
import { detectLanguage } from '../../language/detect-language.js';
import { readTask } from './task-reading.js';

function familyIn(text: string): string | undefined {
  return readTask(text, detectLanguage(text)).family;
}

describe('the family of a request', () => {
  it.each([
    ['Plant tomatoes on the balcony', 'plant'],
    ['Grow my own vegetables', 'plant'],
    ['Start a herb garden', 'plant'],
    ['Meine Orchidee umtopfen', 'plant'],
    ['Gemüsebeet anlegen', 'plant'],
    ['Rempoter mes plantes', 'plant'],
    ['Créer un potager', 'plant'],
    ['Trasplantar mis plantas', 'plant'],
    ['Hacer un huerto en la terraza', 'plant'],
    ['Prune the apple tree in February', 'trim'],
    ['Hecke schneiden, aber nicht vor dem 1. Oktober', 'trim'],
    ['Den Rasen mähen', 'trim'],
    ['Tailler la haie', 'trim'],
    ['Cortar el césped', 'trim'],
    ['Visit grandma in hospital on Sunday', 'visit'],
    ['Meine Oma im Krankenhaus besuchen', 'visit'],
    ["Rendre visite à ma grand-mère à l'hôpital", 'visit'],
    ['Visitar a mi abuela en el hospital', 'visit'],
    ["Look after the neighbour's cat for a week", 'lookAfter'],
    ['Babysit my niece on Saturday evening', 'lookAfter'],
    ['Auf die Katze der Nachbarn aufpassen', 'lookAfter'],
    ["M'occuper de ma mère après son opération", 'lookAfter'],
    ['Cuidar al gato de la vecina', 'lookAfter'],
    ['Pick up the kids from school at 4 pm', 'escort'],
    ['Die Kinder von der Kita abholen', 'escort'],
    ["Récupérer les enfants à l'école à 16h", 'escort'],
    ['Recoger a los niños del colegio a las 17h', 'escort'],
    ['Take the dog to the vet', 'appointment'],
    ['Get my car serviced', 'appointment'],
    ['Das Auto in die Werkstatt bringen', 'appointment'],
    ['Amener le chien chez le vétérinaire', 'appointment'],
    ['Llevar el coche al taller', 'appointment'],
    ['Unsere Katze muss zum Tierarzt', 'appointment'],
    ['Mon chien doit aller chez le vétérinaire', 'appointment'],
    ['Accompagner ma mère chez le cardiologue mardi', 'appointment'],
    ['Take the kids to the zoo', 'outing'],
    ['Go hiking at the weekend', 'outing'],
    ['Am 3. Oktober mit den Kindern in den Zoo gehen', 'outing'],
    ['Am Wochenende wandern gehen', 'outing'],
    ['Emmener les enfants à la piscine', 'outing'],
    ['Llevar a los niños al parque', 'outing'],
    ['Mon fils a de la fièvre et je dois travailler demain', 'heal'],
    ['Mein Vater hat Bluthochdruck und soll weniger Salz essen', 'heal'],
    ['Nettoyer la hotte de la cuisine', 'wash'],
    ['Visit the dentist', 'appointment'],
    ["Our baby won't sleep", 'heal'],
    ['Zahnschmerzen', 'heal'],
    ['Me duele la espalda', 'heal'],
    ['I have a cold', 'heal'],
    ['My grandma turned 90 and lives alone, I want to visit her more often', 'visit'],
    ['Quiero ver a mi abuela', 'visit'],
    ['Wie werde ich Flecken los?', 'wash'],
    ['Mon bébé ne dort pas', 'heal'],
    ["Walk the neighbour's dog", 'lookAfter'],
    ['Die Katze der Nachbarn füttern', 'lookAfter'],
    ['Faire les vitres', 'wash'],
    ['Lower my cholesterol', 'heal'],
    ['Stop coughing', 'heal'],
    ['I have had a headache for three days', 'heal'],
    ['Rückenschmerzen loswerden', 'heal'],
    ['Besser schlafen', 'heal'],
    ['Soulager mon mal de dos', 'heal'],
    ['Dormir mejor', 'heal'],
    ['Pack the suitcase for the weekend', 'pack'],
    ['Koffer packen', 'pack'],
    ['Faire ma valise', 'pack'],
    ['Hacer la maleta', 'pack'],
    ['Get the kids ready for school', 'getReady'],
    ['Auf den ersten Arbeitstag vorbereiten', 'getReady'],
    ['Préparer mon premier jour de travail', 'getReady'],
    ['Prepararme para mi primer día de trabajo', 'getReady'],
    ['Remove a wine stain from the sofa', 'wash'],
    ['Clean the gutters', 'wash'],
    ['Auto waschen', 'wash'],
    ['Rotweinfleck aus dem Teppich entfernen', 'wash'],
    ['Nettoyer les gouttières', 'wash'],
    ['Lavar el coche', 'wash'],
  ])('of "%s" is %s', (text, family) => {
    expect(familyIn(text)).toBe(family);
  });

  it.each([
    'Visit Rome in May',
    'Rom mit meinen Eltern besuchen',
    'Plan a garden party',
    'Grow my business',
    'Pack the boxes for the move',
    'Go hiking in Norway for two weeks',
    'Nettoyer la cuisine et les vitres',
    'Take the papers to the doctor',
    'Clean the whole house',
    'Keller aufräumen',
    'Schultüte für den ersten Schultag basteln',
    'Write an essay about back pain',
    'Should I visit my parents?',
    'Quit smoking',
    'Visiter Lisbonne avec mes parents',
    'Ir al taller de cocina',
  ])('is none for "%s"', (text) => {
    expect(familyIn(text)).toBeUndefined();
  });

  it('is kept by a list of things only where these are what is worked on', () => {
    expect(familyIn('Plant tomatoes, basil and lettuce')).toBe('plant');
    expect(familyIn('Improve my back pain, cough and sleep')).toBeUndefined();
  });
});
