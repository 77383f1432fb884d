import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const HEAL: Frame = [
  group(
    {
      en: 'Write down how things are: “{deliverable}”',
      de: 'Aufschreiben, wie es steht: „{deliverable}“',
      fr: 'Noter où on en est : « {deliverable} »',
      es: 'Anotar cómo está la situación: «{deliverable}»',
    },
    [
      leaf(10, {
        en: 'Note since when, how often and how badly, or the last values',
        de: 'Notieren, seit wann, wie oft und wie stark, oder die letzten Werte',
        fr: 'Noter depuis quand, à quelle fréquence et avec quelle intensité, ou les dernières valeurs',
        es: 'Anotar desde cuándo, con qué frecuencia y con qué intensidad, o los últimos valores',
      }),
      leaf(5, {
        en: 'Note what seems to make it better or worse',
        de: 'Notieren, was es besser oder schlechter zu machen scheint',
        fr: 'Noter ce qui semble l’améliorer ou l’aggraver',
        es: 'Anotar qué parece mejorarlo o empeorarlo',
      }),
    ],
  ),
  group(
    {
      en: 'See a professional about it',
      de: 'Fachlichen Rat holen',
      fr: 'Consulter un professionnel de santé',
      es: 'Consultar a un profesional',
    },
    [
      leaf(10, {
        en: 'Make an appointment at a doctor’s practice, or ask at a pharmacy',
        de: 'Einen Termin in einer Arztpraxis machen oder in der Apotheke fragen',
        fr: 'Prendre rendez-vous chez un médecin ou demander conseil en pharmacie',
        es: 'Pedir cita en el médico o preguntar en la farmacia',
      }),
      leaf(5, {
        en: 'If it is severe, sudden or getting worse, get medical help at once',
        de: 'Wenn es stark ist, plötzlich kommt oder schlimmer wird, sofort medizinische Hilfe holen',
        fr: 'Si c’est fort, soudain ou si cela s’aggrave, demander tout de suite une aide médicale',
        es: 'Si es fuerte, repentino o empeora, pedir ayuda médica enseguida',
      }),
    ],
  ),
  group(
    {
      en: 'Prepare the conversation',
      de: 'Das Gespräch vorbereiten',
      fr: 'Préparer l’entretien',
      es: 'Preparar la conversación',
    },
    [
      leaf(10, {
        en: 'Get together notes, earlier results and a list of medicines',
        de: 'Notizen, frühere Befunde und eine Liste der Medikamente zusammenstellen',
        fr: 'Réunir notes, résultats précédents et liste des médicaments',
        es: 'Reunir notas, resultados anteriores y la lista de medicinas',
      }),
      leaf(5, {
        en: 'Write down the questions',
        de: 'Die Fragen aufschreiben',
        fr: 'Écrire les questions',
        es: 'Escribir las preguntas',
      }),
    ],
  ),
  core(
    {
      en: 'Do what was advised',
      de: 'Umsetzen, was geraten wurde',
      fr: 'Suivre ce qui a été conseillé',
      es: 'Hacer lo que se ha aconsejado',
    },
    [
      group(
        {
          en: 'Make the advice part of the day',
          de: 'Den Rat in den Alltag einbauen',
          fr: 'Intégrer les conseils au quotidien',
          es: 'Incorporar los consejos al día a día',
        },
        [
          leaf(15, {
            en: 'Begin with the one thing that is easiest to keep up',
            de: 'Mit dem beginnen, was sich am leichtesten durchhalten lässt',
            fr: 'Commencer par ce qui est le plus facile à tenir',
            es: 'Empezar por lo más fácil de mantener',
          }),
          leaf(10, {
            en: 'Tie it to a fixed time',
            de: 'An eine feste Zeit binden',
            fr: 'Le lier à une heure fixe',
            es: 'Vincularlo a una hora fija',
          }),
        ],
      ),
      leaf(20, {
        en: 'Note each day what was done and how it feels',
        de: 'Jeden Tag notieren, was getan wurde und wie es geht',
        fr: 'Noter chaque jour ce qui a été fait et comment cela va',
        es: 'Anotar cada día lo hecho y cómo se está',
      }),
    ],
  ),
  group(
    { en: 'Check whether it helps', de: 'Prüfen, ob es hilft', fr: 'Vérifier si cela aide', es: 'Comprobar si ayuda' },
    [
      leaf(10, {
        en: 'Compare with the notes from the beginning',
        de: 'Mit den Notizen vom Anfang vergleichen',
        fr: 'Comparer avec les notes du début',
        es: 'Comparar con las notas del principio',
      }),
      leaf(5, {
        en: 'If it does not get better, go back and ask',
        de: 'Wenn es nicht besser wird, noch einmal nachfragen',
        fr: 'Si cela ne s’améliore pas, consulter de nouveau',
        es: 'Si no mejora, volver a consultar',
      }),
    ],
  ),
];
