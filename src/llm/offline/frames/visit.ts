import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const VISIT: Frame = [
  group(
    {
      en: 'Agree on the visit: “{deliverable}”',
      de: 'Den Besuch abstimmen: „{deliverable}“',
      fr: 'Convenir de la visite : « {deliverable} »',
      es: 'Acordar la visita: «{deliverable}»',
    },
    [
      leaf(10, {
        en: 'Ask which day and hour suits',
        de: 'Fragen, welcher Tag und welche Uhrzeit passt',
        fr: 'Demander quel jour et quelle heure conviennent',
        es: 'Preguntar qué día y a qué hora viene bien',
      }),
      leaf(5, {
        en: 'In a hospital or home, find out the visiting hours',
        de: 'Bei Krankenhaus oder Heim die Besuchszeiten erfragen',
        fr: 'Pour un hôpital ou une maison de retraite, se renseigner sur les heures de visite',
        es: 'Si es un hospital o una residencia, preguntar el horario de visitas',
      }),
    ],
  ),
  group(
    {
      en: 'Plan the way there and back',
      de: 'Hin- und Rückweg planen',
      fr: 'Prévoir l’aller et le retour',
      es: 'Planear la ida y la vuelta',
    },
    [
      leaf(10, {
        en: 'Look up route or connections and how long they take',
        de: 'Route oder Verbindung und Dauer nachsehen',
        fr: 'Regarder l’itinéraire ou les correspondances et leur durée',
        es: 'Mirar la ruta o los horarios y cuánto se tarda',
      }),
      leaf(5, {
        en: 'Ask who would like to come along[ ({people})]',
        de: 'Fragen, wer mitkommen möchte[ ({people})]',
        fr: 'Demander qui veut venir aussi[ ({people})]',
        es: 'Preguntar quién quiere venir también[ ({people})]',
      }),
    ],
  ),
  group(
    {
      en: 'Think of what would please or help',
      de: 'Überlegen, was Freude macht oder hilft',
      fr: 'Penser à ce qui ferait plaisir ou aiderait',
      es: 'Pensar en lo que alegraría o ayudaría',
    },
    [
      leaf(5, {
        en: 'Ask whether anything is needed',
        de: 'Fragen, ob etwas gebraucht wird',
        fr: 'Demander s’il manque quelque chose',
        es: 'Preguntar si hace falta algo',
      }),
      leaf(15, {
        en: 'Get something small to bring',
        de: 'Eine Kleinigkeit zum Mitbringen besorgen',
        fr: 'Trouver une petite attention à apporter',
        es: 'Conseguir un detalle para llevar',
      }),
    ],
  ),
  core({ en: 'Make the visit', de: 'Den Besuch machen', fr: 'Faire la visite', es: 'Hacer la visita' }, [
    group(
      {
        en: 'Go there and take time',
        de: 'Hinfahren und sich Zeit nehmen',
        fr: 'Y aller et prendre son temps',
        es: 'Ir y dedicarle tiempo',
      },
      [
        leaf(30, {
          en: 'Listen and tell the news',
          de: 'Zuhören und Neues erzählen',
          fr: 'Écouter et donner des nouvelles',
          es: 'Escuchar y contar novedades',
        }),
        leaf(20, {
          en: 'Do something together that everyone has the strength for',
          de: 'Etwas zusammen tun, wofür die Kraft reicht',
          fr: 'Faire ensemble quelque chose qui ne fatigue personne',
          es: 'Hacer juntos algo que no canse a nadie',
        }),
      ],
    ),
    leaf(5, {
      en: 'Leave in good time, before it becomes too much',
      de: 'Rechtzeitig gehen, bevor es zu viel wird',
      fr: 'Partir à temps, avant que ce ne soit trop',
      es: 'Irse a tiempo, antes de que sea demasiado',
    }),
  ]),
  group({ en: 'Round the visit off', de: 'Den Besuch abrunden', fr: 'Conclure la visite', es: 'Cerrar la visita' }, [
    leaf(5, {
      en: 'Note what was promised or is needed',
      de: 'Notieren, was versprochen wurde oder gebraucht wird',
      fr: 'Noter ce qui a été promis ou ce qu’il faut',
      es: 'Anotar lo prometido o lo que haga falta',
    }),
    leaf(5, {
      en: 'Agree on the next visit or call',
      de: 'Den nächsten Besuch oder Anruf vereinbaren',
      fr: 'Convenir de la prochaine visite ou du prochain appel',
      es: 'Acordar la próxima visita o llamada',
    }),
  ]),
];
