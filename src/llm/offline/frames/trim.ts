import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const TRIM: Frame = [
  group(
    {
      en: 'See what there is to do and choose a day: “{deliverable}”',
      de: 'Ansehen, was zu tun ist, und einen Tag wählen: „{deliverable}“',
      fr: 'Regarder ce qu’il y a à faire et choisir un jour : « {deliverable} »',
      es: 'Ver qué hay que hacer y elegir un día: «{deliverable}»',
    },
    [
      leaf(10, {
        en: 'Settle what comes off and what stays',
        de: 'Festlegen, was weg soll und was bleibt',
        fr: 'Décider ce qu’on enlève et ce qui reste',
        es: 'Decidir qué se quita y qué se queda',
      }),
      leaf(5, {
        en: 'Check the weather, quiet hours and the right season for it',
        de: 'Wetter, Ruhezeiten und die richtige Jahreszeit beachten',
        fr: 'Tenir compte de la météo, des heures de silence et de la bonne saison',
        es: 'Tener en cuenta el tiempo, las horas de silencio y la época adecuada',
      }),
    ],
  ),
  group(
    {
      en: 'Get the tools ready',
      de: 'Das Werkzeug bereitmachen',
      fr: 'Préparer les outils',
      es: 'Preparar las herramientas',
    },
    [
      leaf(10, {
        en: 'Check that the tools are sharp and safe',
        de: 'Prüfen, ob das Werkzeug scharf und sicher ist',
        fr: 'Vérifier que les outils sont affûtés et sûrs',
        es: 'Comprobar que las herramientas estén afiladas y seguras',
      }),
      leaf(5, {
        en: 'Lay out gloves and bags or a barrow for the waste',
        de: 'Handschuhe und Säcke oder Schubkarre bereitlegen',
        fr: 'Sortir gants et sacs ou brouette pour les déchets',
        es: 'Preparar guantes y sacos o carretilla para los restos',
      }),
    ],
  ),
  group({ en: 'Clear the spot', de: 'Die Stelle freimachen', fr: 'Dégager l’endroit', es: 'Despejar el sitio' }, [
    leaf(5, {
      en: 'Move away stones, cables and toys',
      de: 'Steine, Kabel und Spielzeug wegräumen',
      fr: 'Écarter pierres, câbles et jouets',
      es: 'Apartar piedras, cables y juguetes',
    }),
    leaf(5, {
      en: 'Look for nests and small animals first',
      de: 'Vorher nach Nestern und kleinen Tieren sehen',
      fr: 'Regarder d’abord s’il y a des nids ou de petits animaux',
      es: 'Mirar antes si hay nidos o animales pequeños',
    }),
  ]),
  core(
    {
      en: 'Work from one end to the other',
      de: 'Von einem Ende zum anderen arbeiten',
      fr: 'Travailler d’un bout à l’autre',
      es: 'Trabajar de un extremo al otro',
    },
    [
      group(
        {
          en: 'Do it section by section',
          de: 'Abschnitt für Abschnitt vorgehen',
          fr: 'Avancer section par section',
          es: 'Avanzar por tramos',
        },
        [
          leaf(15, {
            en: 'Begin with what is dead or in the way',
            de: 'Mit dem beginnen, was abgestorben ist oder stört',
            fr: 'Commencer par ce qui est mort ou gênant',
            es: 'Empezar por lo que está seco o estorba',
          }),
          leaf(20, {
            en: 'Go on evenly, a little at a time',
            de: 'Gleichmäßig und in kleinen Schritten weitermachen',
            fr: 'Continuer régulièrement, petit à petit',
            es: 'Seguir de manera uniforme, poco a poco',
          }),
        ],
      ),
      leaf(10, {
        en: 'Step back, look at the whole and even it out',
        de: 'Zurücktreten, das Ganze ansehen und nachbessern',
        fr: 'Prendre du recul, regarder l’ensemble et corriger',
        es: 'Alejarse, mirar el conjunto y corregir',
      }),
    ],
  ),
  group(
    {
      en: 'Clear up afterwards',
      de: 'Hinterher aufräumen',
      fr: 'Nettoyer après le travail',
      es: 'Recoger al terminar',
    },
    [
      leaf(15, {
        en: 'Collect the waste and take it to the compost or the tip',
        de: 'Grünabfall sammeln und kompostieren oder wegbringen',
        fr: 'Ramasser les déchets verts et les composter ou les emporter',
        es: 'Recoger los restos y compostarlos o llevarlos al punto limpio',
      }),
      leaf(5, {
        en: 'Clean the tools and note the next time',
        de: 'Werkzeug reinigen und das nächste Mal notieren',
        fr: 'Nettoyer les outils et noter la prochaine fois',
        es: 'Limpiar las herramientas y anotar la próxima vez',
      }),
    ],
  ),
];
