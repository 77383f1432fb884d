import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const RESEARCH: Frame = [
  group(
    {
      en: 'Put the question precisely: “{deliverable}”',
      de: 'Die Frage genau stellen: „{deliverable}“',
      fr: 'Poser la question avec précision : « {deliverable} »',
      es: 'Plantear la pregunta con precisión: «{deliverable}»',
    },
    [
      leaf(5, {
        en: 'Write it as one sentence with a question mark',
        de: 'Als einen Satz mit Fragezeichen aufschreiben',
        fr: 'L’écrire en une phrase avec un point d’interrogation',
        es: 'Escribirla en una frase con signos de interrogación',
      }),
      leaf(5, {
        en: 'Say what the answer is needed for',
        de: 'Festhalten, wofür die Antwort gebraucht wird',
        fr: 'Dire à quoi servira la réponse',
        es: 'Decir para qué se necesita la respuesta',
      }),
    ],
  ),
  group(
    {
      en: 'Note what is known and what could be the answer',
      de: 'Notieren, was bekannt ist und was die Antwort sein könnte',
      fr: 'Noter ce qui est connu et les réponses possibles',
      es: 'Anotar lo que se sabe y las respuestas posibles',
    },
    [
      leaf(10, {
        en: 'List the facts at hand',
        de: 'Vorliegende Fakten auflisten',
        fr: 'Lister les faits disponibles',
        es: 'Anotar los datos disponibles',
      }),
      leaf(10, {
        en: 'List possible answers and how each could be checked',
        de: 'Mögliche Antworten auflisten und wie sich jede prüfen lässt',
        fr: 'Lister les réponses possibles et comment les vérifier',
        es: 'Anotar respuestas posibles y cómo comprobarlas',
      }),
    ],
  ),
  core(
    {
      en: 'Look in good sources',
      de: 'In guten Quellen nachsehen',
      fr: 'Consulter de bonnes sources',
      es: 'Consultar buenas fuentes',
    },
    [
      group({ en: 'Search and ask', de: 'Suchen und fragen', fr: 'Chercher et demander', es: 'Buscar y preguntar' }, [
        leaf(25, {
          en: 'Look at first-hand sources: papers, figures, official pages',
          de: 'Quellen aus erster Hand ansehen: Unterlagen, Zahlen, amtliche Seiten',
          fr: 'Voir les sources directes : documents, chiffres, sites officiels',
          es: 'Mirar fuentes directas: documentos, cifras, páginas oficiales',
        }),
        leaf(15, {
          en: 'Ask someone who knows the subject',
          de: 'Jemanden fragen, der sich auskennt',
          fr: 'Demander à quelqu’un qui connaît le sujet',
          es: 'Preguntar a alguien que conozca el tema',
        }),
      ]),
      leaf(5, {
        en: 'Note where each piece comes from',
        de: 'Zu jeder Angabe die Herkunft notieren',
        fr: 'Noter d’où vient chaque information',
        es: 'Anotar de dónde sale cada dato',
      }),
    ],
  ),
  group(
    { en: 'Compare and check', de: 'Vergleichen und prüfen', fr: 'Comparer et vérifier', es: 'Comparar y comprobar' },
    [
      leaf(10, {
        en: 'Strike out answers that do not fit the facts',
        de: 'Antworten streichen, die nicht zu den Fakten passen',
        fr: 'Écarter les réponses contraires aux faits',
        es: 'Descartar las respuestas que no encajen con los datos',
      }),
      leaf(10, {
        en: 'Find a second source for what is left',
        de: 'Für das Übrige eine zweite Quelle suchen',
        fr: 'Trouver une deuxième source pour le reste',
        es: 'Buscar una segunda fuente para lo que quede',
      }),
    ],
  ),
  group(
    {
      en: 'Write down the answer and what follows from it',
      de: 'Antwort und Folgen aufschreiben',
      fr: 'Écrire la réponse et ce qui en découle',
      es: 'Escribir la respuesta y lo que se deriva de ella',
    },
    [
      leaf(10, {
        en: 'Sum it up in three sentences, doubts included',
        de: 'In drei Sätzen zusammenfassen, mit offenen Zweifeln',
        fr: 'Résumer en trois phrases, doutes compris',
        es: 'Resumirla en tres frases, con las dudas',
      }),
      leaf(5, {
        en: 'Settle the next step',
        de: 'Den nächsten Schritt festlegen',
        fr: 'Fixer la prochaine étape',
        es: 'Fijar el siguiente paso',
      }),
    ],
  ),
];
