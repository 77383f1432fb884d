import type { Language } from '../../language/language.js';
import type { TaskKind } from '../../language/lexicon/task-kind.js';

/** The two small steps of an errand and their minutes: an item of a list is too small for a whole frame. */
export type Errand = { readonly minutes: readonly [number, number] } & Readonly<
  Record<Language, readonly [string, string]>
>;

export const ERRANDS = {
  write: {
    minutes: [10, 30],
    en: ['Note the main points', 'Write it and read it once more'],
    de: ['Stichpunkte notieren', 'Schreiben und noch einmal durchlesen'],
    fr: ['Noter les points principaux', 'Rédiger puis relire'],
    es: ['Anotar los puntos principales', 'Escribirlo y releerlo'],
  },
  make: {
    minutes: [15, 45],
    en: ['Get material and tools ready', 'Make it and check the result'],
    de: ['Material und Werkzeug bereitlegen', 'Ausführen und das Ergebnis prüfen'],
    fr: ['Préparer matériel et outils', 'Le réaliser et vérifier le résultat'],
    es: ['Preparar material y herramientas', 'Hacerlo y comprobar el resultado'],
  },
  cook: {
    minutes: [10, 40],
    en: ['Check the ingredients', 'Prepare it and clear up the kitchen'],
    de: ['Zutaten prüfen', 'Zubereiten und die Küche aufräumen'],
    fr: ['Vérifier les ingrédients', 'Préparer puis ranger la cuisine'],
    es: ['Comprobar los ingredientes', 'Prepararlo y recoger la cocina'],
  },
  buy: {
    minutes: [5, 20],
    en: ['Note what exactly and how much', 'Get it and keep the receipt'],
    de: ['Notieren, was genau und wie viel', 'Besorgen und den Beleg aufheben'],
    fr: ['Noter quoi exactement et combien', 'L’acheter et garder le reçu'],
    es: ['Anotar qué exactamente y cuánto', 'Comprarlo y guardar el recibo'],
  },
  shop: {
    minutes: [5, 25],
    en: ['Check what is there and note the amount', 'Buy it and put it away'],
    de: ['Nachsehen, was da ist, und die Menge notieren', 'Einkaufen und einräumen'],
    fr: ['Vérifier ce qu’il reste et noter la quantité', 'Acheter et ranger'],
    es: ['Mirar lo que queda y anotar la cantidad', 'Comprarlo y guardarlo'],
  },
  sell: {
    minutes: [15, 15],
    en: ['Take photos and set a price', 'Publish the offer and answer enquiries'],
    de: ['Fotos machen und Preis festlegen', 'Anzeige veröffentlichen und Anfragen beantworten'],
    fr: ['Prendre des photos et fixer un prix', 'Publier l’annonce et répondre aux demandes'],
    es: ['Hacer fotos y fijar un precio', 'Publicar el anuncio y responder a los interesados'],
  },
  fix: {
    minutes: [10, 40],
    en: ['Look at what is wrong', 'Repair it or make an appointment for it'],
    de: ['Den Schaden ansehen', 'Reparieren oder einen Termin dafür machen'],
    fr: ['Regarder ce qui ne va pas', 'Réparer ou prendre rendez-vous pour cela'],
    es: ['Mirar qué falla', 'Repararlo o pedir cita para ello'],
  },
  organise: {
    minutes: [15, 30],
    en: ['Settle date, place and people', 'Book, invite and note what is still open'],
    de: ['Termin, Ort und Beteiligte klären', 'Buchen, einladen und Offenes notieren'],
    fr: ['Fixer date, lieu et participants', 'Réserver, inviter et noter ce qui reste à faire'],
    es: ['Fijar fecha, lugar y participantes', 'Reservar, invitar y anotar lo pendiente'],
  },
  learn: {
    minutes: [10, 30],
    en: ['Choose a small portion', 'Work through it and repeat from memory'],
    de: ['Eine kleine Portion auswählen', 'Durcharbeiten und aus dem Kopf wiederholen'],
    fr: ['Choisir une petite portion', 'La travailler puis répéter de mémoire'],
    es: ['Elegir una parte pequeña', 'Trabajarla y repasar de memoria'],
  },
  decide: {
    minutes: [15, 10],
    en: ['List the options and what matters', 'Choose, and note why'],
    de: ['Möglichkeiten und Kriterien auflisten', 'Entscheiden und den Grund notieren'],
    fr: ['Lister les options et les critères', 'Choisir et noter pourquoi'],
    es: ['Anotar opciones y criterios', 'Elegir y anotar por qué'],
  },
  contact: {
    minutes: [5, 10],
    en: ['Have details and wording ready', 'Make contact and note the outcome'],
    de: ['Angaben und Worte bereithalten', 'Kontakt aufnehmen und Ergebnis notieren'],
    fr: ['Préparer les informations et la formulation', 'Prendre contact et noter le résultat'],
    es: ['Preparar los datos y lo que se va a decir', 'Ponerse en contacto y anotar el resultado'],
  },
  clean: {
    minutes: [5, 25],
    en: ['Get what is needed and make room', 'Do it from top to bottom and put everything back'],
    de: ['Bereitlegen, was nötig ist, und Platz schaffen', 'Gründlich erledigen und alles zurückstellen'],
    fr: ['Préparer le nécessaire et faire de la place', 'Le faire à fond et tout remettre en place'],
    es: ['Preparar lo necesario y hacer sitio', 'Hacerlo a fondo y dejarlo todo en su sitio'],
  },
  travel: {
    minutes: [20, 15],
    en: ['Compare times and prices', 'Book it and keep the confirmation'],
    de: ['Zeiten und Preise vergleichen', 'Buchen und die Bestätigung aufheben'],
    fr: ['Comparer horaires et prix', 'Réserver et garder la confirmation'],
    es: ['Comparar horarios y precios', 'Reservar y guardar la confirmación'],
  },
  admin: {
    minutes: [15, 20],
    en: ['Get papers and numbers ready', 'Hand it in and keep the proof'],
    de: ['Unterlagen und Nummern bereitlegen', 'Einreichen und den Beleg aufheben'],
    fr: ['Préparer documents et numéros', 'Transmettre le dossier et garder la preuve'],
    es: ['Preparar documentos y números', 'Presentarlo y guardar el comprobante'],
  },
  pay: {
    minutes: [5, 10],
    en: ['Check amount and due date', 'Pay it and keep the confirmation'],
    de: ['Betrag und Fälligkeit prüfen', 'Bezahlen und die Bestätigung aufheben'],
    fr: ['Vérifier le montant et l’échéance', 'Payer et garder la confirmation'],
    es: ['Comprobar importe y vencimiento', 'Pagarlo y guardar la confirmación'],
  },
  habit: {
    minutes: [5, 20],
    en: ['Choose the smallest version of it', 'Do it at a fixed time and tick it off'],
    de: ['Die kleinste Form davon wählen', 'Zu fester Zeit tun und abhaken'],
    fr: ['Choisir la plus petite version', 'Le faire à heure fixe et cocher'],
    es: ['Elegir la versión más pequeña', 'Hacerlo a hora fija y marcarlo'],
  },
  find: {
    minutes: [10, 30],
    en: ['Note what must be right', 'Search, compare and choose'],
    de: ['Notieren, was stimmen muss', 'Suchen, vergleichen, auswählen'],
    fr: ['Noter les critères', 'Chercher, comparer, choisir'],
    es: ['Anotar los requisitos', 'Buscar, comparar y elegir'],
  },
  research: {
    minutes: [5, 25],
    en: ['Write it as a question', 'Look it up in two places and note the answer'],
    de: ['Als Frage aufschreiben', 'An zwei Stellen nachsehen und die Antwort notieren'],
    fr: ['L’écrire comme une question', 'Chercher à deux endroits et noter la réponse'],
    es: ['Escribirlo como pregunta', 'Consultarlo en dos sitios y anotar la respuesta'],
  },
  chore: {
    minutes: [5, 20],
    en: ['Get ready what it needs', 'Do it and tick it off'],
    de: ['Bereitlegen, was gebraucht wird', 'Erledigen und abhaken'],
    fr: ['Préparer ce qu’il faut', 'Le faire et cocher'],
    es: ['Preparar lo necesario', 'Hacerlo y marcarlo'],
  },
  venture: {
    minutes: [15, 45],
    en: ['Say who it is for', 'Try the smallest version of it'],
    de: ['Festhalten, für wen es ist', 'Die kleinste Version davon ausprobieren'],
    fr: ['Dire à qui cela s’adresse', 'Essayer la plus petite version'],
    es: ['Decir para quién es', 'Probar la versión más pequeña'],
  },
  general: {
    minutes: [5, 20],
    en: ['Get ready what it needs', 'Do it and tick it off'],
    de: ['Bereitlegen, was gebraucht wird', 'Erledigen und abhaken'],
    fr: ['Préparer ce qu’il faut', 'Le faire et cocher'],
    es: ['Preparar lo necesario', 'Hacerlo y marcarlo'],
  },
} satisfies Record<TaskKind, Errand>;
