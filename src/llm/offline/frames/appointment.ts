import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const APPOINTMENT: Frame = [
  group(
    {
      en: 'Make or confirm the appointment: “{deliverable}”',
      de: 'Den Termin vereinbaren oder bestätigen: „{deliverable}“',
      fr: 'Prendre ou confirmer le rendez-vous : « {deliverable} »',
      es: 'Pedir o confirmar la cita: «{deliverable}»',
    },
    [
      leaf(10, {
        en: 'Call and ask about dates and, if there is one, the price',
        de: 'Anrufen, nach Terminen und gegebenenfalls nach Kosten fragen',
        fr: 'Appeler, demander les dates possibles et, s’il y a lieu, le prix',
        es: 'Llamar y preguntar por las fechas y, en su caso, por el precio',
      }),
      leaf(5, {
        en: 'Ask what to bring and what to mind beforehand',
        de: 'Fragen, was mitzubringen und vorher zu beachten ist',
        fr: 'Demander quoi apporter et ce qu’il faut respecter avant',
        es: 'Preguntar qué llevar y qué tener en cuenta antes',
      }),
    ],
  ),
  group(
    {
      en: 'Write down what it is about',
      de: 'Aufschreiben, worum es geht',
      fr: 'Noter de quoi il s’agit',
      es: 'Anotar de qué se trata',
    },
    [
      leaf(5, {
        en: 'Note what was noticed and since when',
        de: 'Notieren, was aufgefallen ist und seit wann',
        fr: 'Noter ce qui a été remarqué et depuis quand',
        es: 'Anotar qué se ha notado y desde cuándo',
      }),
      leaf(5, {
        en: 'List the questions to ask',
        de: 'Die Fragen auflisten',
        fr: 'Faire la liste des questions',
        es: 'Hacer una lista de preguntas',
      }),
    ],
  ),
  group(
    {
      en: 'Get papers and the way ready',
      de: 'Papiere und Weg vorbereiten',
      fr: 'Préparer les papiers et le trajet',
      es: 'Preparar los papeles y el trayecto',
    },
    [
      leaf(10, {
        en: 'Look out papers, cards and earlier reports',
        de: 'Papiere, Karten und frühere Berichte heraussuchen',
        fr: 'Retrouver papiers, cartes et comptes rendus précédents',
        es: 'Buscar papeles, tarjetas e informes anteriores',
      }),
      leaf(5, {
        en: 'Settle how to get there and back',
        de: 'Klären, wie man hin- und zurückkommt',
        fr: 'Prévoir comment y aller et revenir',
        es: 'Ver cómo ir y cómo volver',
      }),
    ],
  ),
  core(
    { en: 'Keep the appointment', de: 'Den Termin wahrnehmen', fr: 'Se rendre au rendez-vous', es: 'Acudir a la cita' },
    [
      group(
        {
          en: 'Go there and talk it through',
          de: 'Hingehen und alles besprechen',
          fr: 'Y aller et en parler sur place',
          es: 'Ir y hablarlo allí',
        },
        [
          leaf(10, {
            en: 'Describe what was noticed',
            de: 'Schildern, was aufgefallen ist',
            fr: 'Décrire ce qui a été remarqué',
            es: 'Explicar lo que se ha notado',
          }),
          leaf(15, {
            en: 'Ask about findings, choices and costs before agreeing',
            de: 'Vor der Zusage nach Befund, Möglichkeiten und Kosten fragen',
            fr: 'Avant d’accepter, demander le constat, les options et le coût',
            es: 'Antes de aceptar, preguntar por el resultado, las opciones y el coste',
          }),
        ],
      ),
      leaf(20, {
        en: 'Wait for it to be done, or agree on when it is finished',
        de: 'Warten oder vereinbaren, wann es fertig ist',
        fr: 'Attendre, ou convenir du moment où ce sera terminé',
        es: 'Esperar o acordar cuándo estará terminado',
      }),
    ],
  ),
  group({ en: 'Follow it up', de: 'Nachbereiten', fr: 'Assurer le suivi', es: 'Hacer el seguimiento' }, [
    leaf(10, {
      en: 'Note what was found and what has to be done now',
      de: 'Notieren, was festgestellt wurde und was jetzt zu tun ist',
      fr: 'Noter ce qui a été constaté et ce qu’il faut faire maintenant',
      es: 'Anotar lo encontrado y lo que hay que hacer ahora',
    }),
    leaf(5, {
      en: 'File the bill and enter the next date',
      de: 'Rechnung ablegen und den nächsten Termin eintragen',
      fr: 'Classer la facture et noter la prochaine date',
      es: 'Guardar la factura y apuntar la próxima fecha',
    }),
  ]),
];
