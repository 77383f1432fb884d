import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const UNCLEAR: Frame = [
  group(
    {
      en: 'Clarify what [“{deliverable}”|this] should lead to',
      de: 'Klären, wozu [„{deliverable}“|das] führen soll',
      fr: 'Préciser à quoi [« {deliverable} »|cela] doit mener',
      es: 'Aclarar a qué debe llevar [«{deliverable}»|esto]',
    },
    [
      leaf(5, {
        en: 'Write one sentence: what should be different afterwards',
        de: 'Einen Satz schreiben: Was soll danach anders sein?',
        fr: 'Écrire une phrase : qu’est-ce qui doit changer ensuite ?',
        es: 'Escribir una frase: qué debe ser distinto después',
      }),
      leaf(5, {
        en: 'Note who it is for and by when',
        de: 'Notieren, für wen und bis wann',
        fr: 'Noter pour qui et pour quand',
        es: 'Anotar para quién y para cuándo',
      }),
    ],
  ),
  group(
    {
      en: 'Collect what is known and what is missing',
      de: 'Sammeln, was bekannt ist und was fehlt',
      fr: 'Rassembler ce qui est connu et ce qui manque',
      es: 'Reunir lo que se sabe y lo que falta',
    },
    [
      leaf(5, {
        en: 'List what is known',
        de: 'Bekanntes auflisten',
        fr: 'Lister ce qui est connu',
        es: 'Anotar lo que se sabe',
      }),
      leaf(5, {
        en: 'Turn what is missing into questions',
        de: 'Aus Fehlendem Fragen machen',
        fr: 'Transformer ce qui manque en questions',
        es: 'Convertir lo que falta en preguntas',
      }),
    ],
  ),
  group(
    {
      en: 'Ask the open questions',
      de: 'Die offenen Fragen stellen',
      fr: 'Poser les questions ouvertes',
      es: 'Hacer las preguntas pendientes',
    },
    [
      leaf(5, {
        en: 'Find who can answer them',
        de: 'Herausfinden, wer sie beantworten kann',
        fr: 'Trouver qui peut y répondre',
        es: 'Ver quién puede responderlas',
      }),
      leaf(10, {
        en: 'Ask, and note the answers',
        de: 'Fragen und Antworten notieren',
        fr: 'Demander et noter les réponses',
        es: 'Preguntar y anotar las respuestas',
      }),
    ],
  ),
  core(
    {
      en: 'Take one small step that is useful in any case',
      de: 'Einen kleinen Schritt tun, der auf jeden Fall nützt',
      fr: 'Faire un petit pas utile dans tous les cas',
      es: 'Dar un pequeño paso útil en cualquier caso',
    },
    [
      group({ en: 'Choose the step', de: 'Den Schritt wählen', fr: 'Choisir ce pas', es: 'Elegir ese paso' }, [
        leaf(5, {
          en: 'Think of three possible steps',
          de: 'Drei mögliche Schritte überlegen',
          fr: 'Imaginer trois pas possibles',
          es: 'Pensar en tres pasos posibles',
        }),
        leaf(5, {
          en: 'Take the one that is easiest to undo',
          de: 'Den nehmen, der sich am leichtesten rückgängig machen lässt',
          fr: 'Prendre le plus facile à annuler',
          es: 'Tomar el más fácil de deshacer',
        }),
      ]),
      leaf(15, { en: 'Do it', de: 'Ihn tun', fr: 'Le faire', es: 'Darlo' }),
    ],
  ),
  group(
    {
      en: 'Look at the outcome and decide how to go on',
      de: 'Das Ergebnis ansehen und über das Weitere entscheiden',
      fr: 'Regarder le résultat et décider de la suite',
      es: 'Mirar el resultado y decidir cómo seguir',
    },
    [
      leaf(5, {
        en: 'Note what has become clearer',
        de: 'Notieren, was klarer geworden ist',
        fr: 'Noter ce qui est devenu plus clair',
        es: 'Anotar lo que ha quedado más claro',
      }),
      leaf(5, {
        en: 'Describe the task again with what you know now',
        de: 'Die Aufgabe mit dem neuen Wissen noch einmal beschreiben',
        fr: 'Décrire à nouveau la tâche avec ce que l’on sait',
        es: 'Describir de nuevo la tarea con lo que se sabe ahora',
      }),
    ],
  ),
];
