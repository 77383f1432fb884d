import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const GENERAL: Frame = [
  group(
    {
      en: 'Say when it counts as done: “{deliverable}”',
      de: 'Festlegen, wann es als erledigt gilt: „{deliverable}“',
      fr: 'Définir à quel moment c’est terminé : « {deliverable} »',
      es: 'Decir cuándo se dará por hecho: «{deliverable}»',
    },
    [
      leaf(10, {
        en: 'Write down the wanted result in one sentence',
        de: 'Das gewünschte Ergebnis in einem Satz aufschreiben',
        fr: 'Écrire en une phrase le résultat voulu',
        es: 'Escribir en una frase el resultado deseado',
      }),
      leaf(5, {
        en: 'Note who must be asked or told',
        de: 'Notieren, wer gefragt oder informiert werden muss',
        fr: 'Noter qui consulter ou prévenir',
        es: 'Anotar a quién preguntar o avisar',
      }),
    ],
  ),
  group(
    {
      en: 'Get together what it needs',
      de: 'Zusammenstellen, was gebraucht wird',
      fr: 'Réunir le nécessaire',
      es: 'Reunir lo necesario',
    },
    [
      leaf(10, {
        en: 'See what is there already',
        de: 'Nachsehen, was schon da ist',
        fr: 'Voir ce qui est déjà là',
        es: 'Ver qué hay ya',
      }),
      leaf(20, {
        en: 'Get what is missing',
        de: 'Besorgen, was fehlt',
        fr: 'Se procurer ce qui manque',
        es: 'Conseguir lo que falte',
      }),
    ],
  ),
  group(
    {
      en: 'Split it into parts and fix a time',
      de: 'In Teile zerlegen und Zeit einplanen',
      fr: 'Découper en parties et réserver du temps',
      es: 'Dividirlo en partes y reservar tiempo',
    },
    [
      leaf(10, {
        en: 'Name the parts in the order in which they can be done',
        de: 'Die Teile in machbarer Reihenfolge aufschreiben',
        fr: 'Noter les parties dans un ordre réalisable',
        es: 'Anotar las partes en un orden realizable',
      }),
      leaf(5, {
        en: 'Enter a time in the calendar',
        de: 'Zeit im Kalender eintragen',
        fr: 'Bloquer un créneau dans l’agenda',
        es: 'Reservar un hueco en el calendario',
      }),
    ],
  ),
  core(
    {
      en: 'Do it, part by part',
      de: 'Teil für Teil erledigen',
      fr: 'S’en occuper, partie par partie',
      es: 'Hacerlo, parte por parte',
    },
    [
      group(
        {
          en: 'Start with the part on which the rest depends',
          de: 'Mit dem Teil beginnen, von dem der Rest abhängt',
          fr: 'Commencer par ce dont le reste dépend',
          es: 'Empezar por la parte de la que depende el resto',
        },
        [
          leaf(10, {
            en: 'Take the smallest first step at once',
            de: 'Den kleinsten ersten Schritt sofort tun',
            fr: 'Faire tout de suite le plus petit premier pas',
            es: 'Dar ya el primer paso más pequeño',
          }),
          leaf(25, {
            en: 'Finish this part before the next',
            de: 'Diesen Teil vor dem nächsten abschließen',
            fr: 'Finir cette partie avant la suivante',
            es: 'Acabar esa parte antes de la siguiente',
          }),
        ],
      ),
      leaf(30, {
        en: 'Do the remaining parts',
        de: 'Die übrigen Teile erledigen',
        fr: 'Faire les autres parties',
        es: 'Hacer las demás partes',
      }),
    ],
  ),
  group(
    {
      en: 'Check the result and close it',
      de: 'Das Ergebnis prüfen und abschließen',
      fr: 'Vérifier le résultat et conclure',
      es: 'Comprobar el resultado y cerrarlo',
    },
    [
      leaf(10, {
        en: 'Compare with the wanted result',
        de: 'Mit dem gewünschten Ergebnis vergleichen',
        fr: 'Comparer avec le résultat voulu',
        es: 'Comparar con el resultado deseado',
      }),
      leaf(5, {
        en: 'Tell those who wait for it',
        de: 'Bescheid geben, wer darauf wartet',
        fr: 'Prévenir ceux qui attendent',
        es: 'Avisar a quien lo espera',
      }),
    ],
  ),
];
