import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const LEARN: Frame = [
  group(
    {
      en: 'Set a goal that can be checked: “{deliverable}”',
      de: 'Ein überprüfbares Ziel setzen: „{deliverable}“',
      fr: 'Fixer un objectif vérifiable : « {deliverable} »',
      es: 'Fijar una meta comprobable: «{deliverable}»',
    },
    [
      leaf(10, {
        en: 'Say what you want to be able to do, and by when[ ({deadline})]',
        de: 'Festhalten, was am Ende gekonnt wird und bis wann[ ({deadline})]',
        fr: 'Dire ce qu’il faut savoir faire, et pour quand[ ({deadline})]',
        es: 'Decir qué hay que saber hacer y para cuándo[ ({deadline})]',
      }),
      leaf(15, {
        en: 'Test what you know already',
        de: 'Prüfen, was schon da ist',
        fr: 'Tester ce qui est déjà acquis',
        es: 'Comprobar lo que ya se sabe',
      }),
    ],
  ),
  group(
    {
      en: 'Choose the material and a fixed time',
      de: 'Material und feste Zeiten wählen',
      fr: 'Choisir le support et des créneaux fixes',
      es: 'Elegir el material y un horario fijo',
    },
    [
      leaf(25, {
        en: 'Pick one main source: course, book or teacher',
        de: 'Eine Hauptquelle wählen: Kurs, Buch oder Lehrkraft',
        fr: 'Choisir une source principale : cours, livre ou professeur',
        es: 'Elegir una fuente principal: curso, libro o profesor',
      }),
      leaf(10, {
        en: 'Put short sessions into the week',
        de: 'Kurze Einheiten in die Woche eintragen',
        fr: 'Inscrire de courtes séances dans la semaine',
        es: 'Poner sesiones cortas en la semana',
      }),
    ],
  ),
  core(
    {
      en: 'Learn the basics in small portions',
      de: 'Die Grundlagen in kleinen Portionen lernen',
      fr: 'Apprendre les bases par petites étapes',
      es: 'Aprender lo básico en pequeñas dosis',
    },
    [
      group(
        {
          en: 'Work through the first units',
          de: 'Die ersten Einheiten durcharbeiten',
          fr: 'Travailler les premières unités',
          es: 'Trabajar las primeras unidades',
        },
        [
          leaf(60, {
            en: 'Do one unit per session and try it at once',
            de: 'Pro Sitzung eine Einheit machen und gleich anwenden',
            fr: 'Faire une unité par séance et l’appliquer tout de suite',
            es: 'Hacer una unidad por sesión y aplicarla enseguida',
          }),
          leaf(20, {
            en: 'Note what stays unclear',
            de: 'Notieren, was unklar bleibt',
            fr: 'Noter ce qui reste obscur',
            es: 'Anotar lo que no quede claro',
          }),
        ],
      ),
      leaf(30, {
        en: 'Repeat from memory after one day and one week',
        de: 'Nach einem Tag und einer Woche aus dem Kopf wiederholen',
        fr: 'Répéter de mémoire après un jour et une semaine',
        es: 'Repasar de memoria al día y a la semana',
      }),
    ],
  ),
  group(
    {
      en: 'Practise as in real use',
      de: 'Üben wie im Ernstfall',
      fr: 'S’exercer comme en situation réelle',
      es: 'Practicar como en la realidad',
    },
    [
      leaf(60, {
        en: 'Do exercises that are a little too hard',
        de: 'Aufgaben lösen, die etwas zu schwer sind',
        fr: 'Faire des exercices un peu trop difficiles',
        es: 'Hacer ejercicios algo difíciles',
      }),
      leaf(20, {
        en: 'Get feedback from someone who knows it',
        de: 'Rückmeldung von jemandem einholen, der es kann',
        fr: 'Demander un retour à quelqu’un de compétent',
        es: 'Pedir opinión a alguien que sepa',
      }),
    ],
  ),
  group(
    {
      en: 'Check progress and adjust',
      de: 'Fortschritt prüfen und anpassen',
      fr: 'Mesurer les progrès et ajuster',
      es: 'Comprobar el avance y ajustar',
    },
    [
      leaf(15, {
        en: 'Compare with the goal',
        de: 'Mit dem Ziel vergleichen',
        fr: 'Comparer avec l’objectif',
        es: 'Comparar con la meta',
      }),
      leaf(10, {
        en: 'Choose the next topic',
        de: 'Das nächste Thema wählen',
        fr: 'Choisir le thème suivant',
        es: 'Elegir el siguiente tema',
      }),
    ],
  ),
];
