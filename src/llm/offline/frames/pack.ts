import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const PACK: Frame = [
  group(
    {
      en: 'Settle what it is for: “{deliverable}”',
      de: 'Klären, wofür gepackt wird: „{deliverable}“',
      fr: 'Préciser pour quelle occasion : « {deliverable} »',
      es: 'Concretar para qué es: «{deliverable}»',
    },
    [
      leaf(5, {
        en: 'Note for how many days and for what occasions',
        de: 'Notieren, für wie viele Tage und welche Anlässe',
        fr: 'Noter pour combien de jours et pour quelles occasions',
        es: 'Anotar para cuántos días y para qué ocasiones',
      }),
      leaf(5, {
        en: 'Check the weather, and limits of size and weight',
        de: 'Wetter sowie Größen- und Gewichtsgrenzen prüfen',
        fr: 'Vérifier la météo et les limites de taille et de poids',
        es: 'Comprobar el tiempo y los límites de tamaño y peso',
      }),
    ],
  ),
  group(
    {
      en: 'Write a packing list',
      de: 'Eine Packliste schreiben',
      fr: 'Faire la liste de ce qu’il faut emporter',
      es: 'Hacer una lista de lo que hay que llevar',
    },
    [
      leaf(10, {
        en: 'List papers, medicine, money and chargers first',
        de: 'Zuerst Papiere, Medikamente, Geld und Ladegeräte aufschreiben',
        fr: 'Noter d’abord papiers, médicaments, argent et chargeurs',
        es: 'Anotar primero papeles, medicinas, dinero y cargadores',
      }),
      leaf(10, {
        en: 'Then clothes, toiletries and everything else',
        de: 'Dann Kleidung, Waschzeug und alles Übrige',
        fr: 'Puis vêtements, affaires de toilette et le reste',
        es: 'Después ropa, aseo y todo lo demás',
      }),
    ],
  ),
  group({ en: 'Lay everything out', de: 'Alles bereitlegen', fr: 'Tout sortir', es: 'Sacarlo todo' }, [
    leaf(15, {
      en: 'Put things together and tick them off',
      de: 'Sachen zusammenlegen und abhaken',
      fr: 'Rassembler les affaires et cocher',
      es: 'Reunir las cosas e ir marcándolas',
    }),
    leaf(15, {
      en: 'Wash, charge or buy what is missing',
      de: 'Waschen, aufladen oder kaufen, was fehlt',
      fr: 'Laver, charger ou acheter ce qui manque',
      es: 'Lavar, cargar o comprar lo que falte',
    }),
  ]),
  core({ en: 'Pack by the list', de: 'Nach der Liste packen', fr: 'Remplir le bagage', es: 'Guardarlo todo' }, [
    group(
      {
        en: 'Pack in a sensible order',
        de: 'In sinnvoller Reihenfolge packen',
        fr: 'Ranger les affaires dans un ordre pratique',
        es: 'Colocar las cosas en un orden práctico',
      },
      [
        leaf(10, {
          en: 'Heavy things at the bottom, fragile things in between',
          de: 'Schweres nach unten, Zerbrechliches dazwischen',
          fr: 'Le lourd au fond, le fragile au milieu',
          es: 'Lo pesado abajo, lo frágil en medio',
        }),
        leaf(5, {
          en: 'What may leak in a closed bag',
          de: 'Was auslaufen kann, in einen dichten Beutel',
          fr: 'Ce qui peut couler dans un sac fermé',
          es: 'Lo que pueda derramarse, en una bolsa cerrada',
        }),
      ],
    ),
    leaf(5, {
      en: 'Keep within reach what is needed on the way',
      de: 'Griffbereit lassen, was unterwegs gebraucht wird',
      fr: 'Garder à portée de main ce qui sert en route',
      es: 'Dejar a mano lo que se necesite por el camino',
    }),
  ]),
  group(
    {
      en: 'Check it once more',
      de: 'Noch einmal prüfen',
      fr: 'Vérifier une dernière fois',
      es: 'Comprobarlo por última vez',
    },
    [
      leaf(5, {
        en: 'Go through the list from top to bottom',
        de: 'Die Liste von oben bis unten durchgehen',
        fr: 'Parcourir la liste de haut en bas',
        es: 'Repasar la lista de arriba abajo',
      }),
      leaf(5, {
        en: 'Leave a note by the door of what comes in last',
        de: 'Was erst zuletzt hineinkommt, auf einem Zettel an der Tür notieren',
        fr: 'Laisser près de la porte une note de ce qui s’ajoute au dernier moment',
        es: 'Dejar una nota en la puerta con lo que se mete en el último momento',
      }),
    ],
  ),
];
