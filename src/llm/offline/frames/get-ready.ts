import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const GET_READY: Frame = [
  group(
    {
      en: 'Check what is needed and by when: “{deliverable}”',
      de: 'Prüfen, was wann gebraucht wird: „{deliverable}“',
      fr: 'Vérifier ce qu’il faut et pour quand : « {deliverable} »',
      es: 'Comprobar qué hace falta y para cuándo: «{deliverable}»',
    },
    [
      leaf(5, {
        en: 'Check when and where to be',
        de: 'Prüfen, wann man wo sein muss',
        fr: 'Vérifier quand et où il faut être',
        es: 'Comprobar cuándo y dónde hay que estar',
      }),
      leaf(5, {
        en: 'Ask what has to be brought or worn',
        de: 'Fragen, was mitzubringen oder anzuziehen ist',
        fr: 'Demander quoi apporter ou comment s’habiller',
        es: 'Preguntar qué hay que llevar y qué ropa ponerse',
      }),
    ],
  ),
  group(
    {
      en: 'Get everything together the day before',
      de: 'Am Vortag alles zusammenstellen',
      fr: 'Tout réunir la veille',
      es: 'Reunirlo todo el día anterior',
    },
    [
      leaf(10, {
        en: 'Pack the bag and lay out the clothes',
        de: 'Tasche packen und Kleidung herauslegen',
        fr: 'Préparer le sac et les vêtements',
        es: 'Preparar la bolsa y la ropa',
      }),
      leaf(10, {
        en: 'Get what is missing',
        de: 'Besorgen, was fehlt',
        fr: 'Se procurer ce qui manque',
        es: 'Conseguir lo que falte',
      }),
    ],
  ),
  group(
    {
      en: 'Plan the time backwards',
      de: 'Die Zeit rückwärts planen',
      fr: 'Planifier à rebours',
      es: 'Calcular los tiempos hacia atrás',
    },
    [
      leaf(5, {
        en: 'Look up how long the way takes, and when to leave',
        de: 'Nachsehen, wie lange der Weg dauert und wann es losgehen muss',
        fr: 'Voir combien dure le trajet et quand partir',
        es: 'Ver cuánto se tarda y a qué hora hay que salir',
      }),
      leaf(5, {
        en: 'Settle when to get up, with time to spare',
        de: 'Aufstehzeit mit Puffer festlegen',
        fr: 'Fixer l’heure du lever avec une marge',
        es: 'Fijar la hora de levantarse con margen',
      }),
    ],
  ),
  core(
    {
      en: 'Get ready in a fixed order',
      de: 'Sich in fester Reihenfolge fertig machen',
      fr: 'Se préparer dans un ordre fixe',
      es: 'Prepararse en un orden fijo',
    },
    [
      group(
        {
          en: 'Wash, dress and eat',
          de: 'Waschen, anziehen, frühstücken',
          fr: 'Se laver, s’habiller, manger',
          es: 'Lavarse, vestirse y desayunar',
        },
        [
          leaf(15, {
            en: 'Wash and dress',
            de: 'Waschen und anziehen',
            fr: 'Se laver et s’habiller',
            es: 'Lavarse y vestirse',
          }),
          leaf(15, {
            en: 'Have breakfast or take something along',
            de: 'Frühstücken oder etwas mitnehmen',
            fr: 'Prendre le petit-déjeuner ou l’emporter',
            es: 'Desayunar o llevarse algo',
          }),
        ],
      ),
      leaf(5, {
        en: 'Check the bag once more',
        de: 'Die Tasche noch einmal prüfen',
        fr: 'Vérifier le sac une dernière fois',
        es: 'Revisar la bolsa por última vez',
      }),
    ],
  ),
  group({ en: 'Set off in good time', de: 'Rechtzeitig losgehen', fr: 'Partir à temps', es: 'Salir a tiempo' }, [
    leaf(5, {
      en: 'Take a last look: keys, phone, papers',
      de: 'Letzter Blick: Schlüssel, Telefon, Unterlagen',
      fr: 'Dernier coup d’œil : clés, téléphone, papiers',
      es: 'Último vistazo: llaves, teléfono, papeles',
    }),
    leaf(5, {
      en: 'Note afterwards what should go more easily next time',
      de: 'Hinterher notieren, was beim nächsten Mal leichter gehen soll',
      fr: 'Noter ensuite ce qui devrait être plus simple la prochaine fois',
      es: 'Anotar después qué debería ser más fácil la próxima vez',
    }),
  ]),
];
