import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const CONTACT: Frame = [
  group(
    {
      en: 'Settle what the contact should achieve: “{deliverable}”',
      de: 'Klären, was dabei herauskommen soll: „{deliverable}“',
      fr: 'Définir ce qu’il faut obtenir : « {deliverable} »',
      es: 'Aclarar qué se quiere conseguir: «{deliverable}»',
    },
    [
      leaf(5, {
        en: 'Note the one result that is wanted',
        de: 'Das gewünschte Ergebnis notieren',
        fr: 'Noter le résultat souhaité',
        es: 'Anotar el resultado deseado',
      }),
      leaf(5, {
        en: 'Find out who is in charge and how to reach them',
        de: 'Herausfinden, wer zuständig und wie erreichbar ist',
        fr: 'Trouver le bon interlocuteur et ses coordonnées',
        es: 'Averiguar con quién hay que hablar y cómo localizarlo',
      }),
    ],
  ),
  group(
    {
      en: 'Get the facts ready',
      de: 'Die Fakten bereitlegen',
      fr: 'Préparer les éléments utiles',
      es: 'Preparar los datos',
    },
    [
      leaf(10, {
        en: 'Look out dates, numbers and papers',
        de: 'Daten, Nummern und Unterlagen heraussuchen',
        fr: 'Réunir dates, numéros et documents',
        es: 'Reunir fechas, números y documentos',
      }),
      leaf(5, {
        en: 'Have possible dates at hand',
        de: 'Mögliche Termine bereithalten',
        fr: 'Avoir des dates possibles sous la main',
        es: 'Tener a mano posibles fechas',
      }),
    ],
  ),
  group(
    {
      en: 'Prepare the wording',
      de: 'Die Worte vorbereiten',
      fr: 'Préparer la formulation',
      es: 'Preparar lo que se va a decir',
    },
    [
      leaf(10, {
        en: 'Note two or three sentences: reason, request, proposal',
        de: 'Zwei bis drei Sätze notieren: Anlass, Anliegen, Vorschlag',
        fr: 'Noter deux ou trois phrases : motif, demande, proposition',
        es: 'Anotar dos o tres frases: motivo, petición, propuesta',
      }),
      leaf(5, {
        en: 'Think of the likely questions',
        de: 'An die wahrscheinlichen Rückfragen denken',
        fr: 'Penser aux questions probables',
        es: 'Pensar en las preguntas probables',
      }),
    ],
  ),
  core({ en: 'Make contact', de: 'Kontakt aufnehmen', fr: 'Prendre contact', es: 'Ponerse en contacto' }, [
    leaf(15, {
      en: 'Call, write or go there',
      de: 'Anrufen, schreiben oder hingehen',
      fr: 'Appeler, écrire ou se rendre sur place',
      es: 'Llamar, escribir o ir en persona',
    }),
    group(
      {
        en: 'Bring it to a result',
        de: 'Zu einem Ergebnis bringen',
        fr: 'Aboutir à un résultat',
        es: 'Llegar a un resultado',
      },
      [
        leaf(5, {
          en: 'Say clearly what is wanted, and listen',
          de: 'Klar sagen, worum es geht, und zuhören',
          fr: 'Dire clairement la demande, et écouter',
          es: 'Decir claramente lo que se pide, y escuchar',
        }),
        leaf(5, {
          en: 'Repeat what was agreed before ending',
          de: 'Vor dem Ende die Absprache wiederholen',
          fr: 'Répéter ce qui a été convenu avant de conclure',
          es: 'Repetir lo acordado antes de terminar',
        }),
      ],
    ),
  ]),
  group(
    {
      en: 'Keep the outcome and follow up',
      de: 'Ergebnis festhalten und nachfassen',
      fr: 'Noter le résultat et relancer si besoin',
      es: 'Anotar el resultado y hacer seguimiento',
    },
    [
      leaf(5, {
        en: 'Write down name, date and what was agreed',
        de: 'Name, Datum und Absprache aufschreiben',
        fr: 'Noter nom, date et accord',
        es: 'Anotar nombre, fecha y acuerdo',
      }),
      leaf(5, {
        en: 'Put appointment or reminder into the calendar',
        de: 'Termin oder Erinnerung in den Kalender eintragen',
        fr: 'Inscrire le rendez-vous ou un rappel dans l’agenda',
        es: 'Apuntar la cita o un recordatorio en el calendario',
      }),
    ],
  ),
];
