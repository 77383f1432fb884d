import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const LOOK_AFTER: Frame = [
  group(
    {
      en: 'Agree on what is expected: “{deliverable}”',
      de: 'Absprechen, was erwartet wird: „{deliverable}“',
      fr: 'Se mettre d’accord sur ce qui est attendu : « {deliverable} »',
      es: 'Acordar qué se espera: «{deliverable}»',
    },
    [
      leaf(5, {
        en: 'Settle from when to when, and where',
        de: 'Klären, von wann bis wann und wo',
        fr: 'Préciser de quand à quand, et où',
        es: 'Concretar de cuándo a cuándo y dónde',
      }),
      leaf(10, {
        en: 'Ask about food, habits, medicine and what to avoid',
        de: 'Nach Essen, Gewohnheiten, Medikamenten und Verbotenem fragen',
        fr: 'Se renseigner sur les repas, les habitudes, les médicaments et ce qu’il faut éviter',
        es: 'Preguntar por comidas, costumbres, medicinas y lo que hay que evitar',
      }),
    ],
  ),
  group(
    {
      en: 'Have at hand what may be needed',
      de: 'Bereithalten, was nötig werden kann',
      fr: 'Avoir sous la main ce qui peut servir',
      es: 'Tener a mano lo que pueda hacer falta',
    },
    [
      leaf(5, {
        en: 'Write down phone numbers, also for an emergency',
        de: 'Telefonnummern aufschreiben, auch für den Notfall',
        fr: 'Noter les numéros de téléphone, y compris d’urgence',
        es: 'Anotar los teléfonos, también de urgencia',
      }),
      leaf(10, {
        en: 'Get the keys and see where everything is',
        de: 'Schlüssel holen und sich zeigen lassen, wo alles ist',
        fr: 'Prendre les clés et se faire montrer où tout se trouve',
        es: 'Recoger las llaves y ver dónde está cada cosa',
      }),
    ],
  ),
  group({ en: 'Plan the time', de: 'Die Zeit einteilen', fr: 'Organiser le temps', es: 'Organizar el tiempo' }, [
    leaf(5, {
      en: 'Fix times for food and rest',
      de: 'Zeiten für Essen und Ruhe festlegen',
      fr: 'Fixer les heures des repas et du repos',
      es: 'Fijar las horas de comer y descansar',
    }),
    leaf(10, {
      en: 'Think of something to do together',
      de: 'Überlegen, was man zusammen tun kann',
      fr: 'Prévoir de quoi s’occuper ensemble',
      es: 'Pensar en algo que hacer juntos',
    }),
  ]),
  core(
    {
      en: 'Be there and see to what is needed',
      de: 'Da sein und sich kümmern',
      fr: 'Être là et s’occuper du nécessaire',
      es: 'Estar ahí y ocuparse de lo necesario',
    },
    [
      group(
        {
          en: 'See to food, rest and company',
          de: 'Für Essen, Ruhe und Gesellschaft sorgen',
          fr: 'Assurer repas, repos et compagnie',
          es: 'Atender comida, descanso y compañía',
        },
        [
          leaf(20, {
            en: 'See to food, drink and cleanliness',
            de: 'Für Essen, Trinken und Sauberkeit sorgen',
            fr: 'Veiller aux repas, à l’eau et à la propreté',
            es: 'Atender comida, agua y limpieza',
          }),
          leaf(30, {
            en: 'Spend time together and keep to familiar habits',
            de: 'Zeit miteinander verbringen und Gewohntes beibehalten',
            fr: 'Passer du temps ensemble en gardant les habitudes',
            es: 'Pasar tiempo juntos y mantener las costumbres',
          }),
        ],
      ),
      leaf(10, {
        en: 'Watch how things are, and call early if something is wrong',
        de: 'Auf das Befinden achten und bei Problemen früh anrufen',
        fr: 'Rester attentif et appeler tôt si quelque chose ne va pas',
        es: 'Estar atento y llamar pronto si algo va mal',
      }),
    ],
  ),
  group(
    {
      en: 'Report and hand back',
      de: 'Berichten und übergeben',
      fr: 'Faire le point et passer le relais',
      es: 'Informar y dar el relevo',
    },
    [
      leaf(5, {
        en: 'Tell how it went and what was noticeable',
        de: 'Erzählen, wie es lief und was auffiel',
        fr: 'Raconter comment cela s’est passé',
        es: 'Contar cómo ha ido y qué ha llamado la atención',
      }),
      leaf(5, {
        en: 'Tidy up and give back the keys',
        de: 'Aufräumen und Schlüssel zurückgeben',
        fr: 'Ranger et rendre les clés',
        es: 'Recoger y devolver las llaves',
      }),
    ],
  ),
];
