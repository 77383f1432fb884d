import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const ESCORT: Frame = [
  group(
    {
      en: 'Confirm when and where: “{deliverable}”',
      de: 'Zeit und Ort bestätigen: „{deliverable}“',
      fr: 'Confirmer l’heure et le lieu : « {deliverable} »',
      es: 'Confirmar la hora y el lugar: «{deliverable}»',
    },
    [
      leaf(5, {
        en: 'Settle the time and the exact meeting point',
        de: 'Uhrzeit und genauen Treffpunkt klären',
        fr: 'Fixer l’heure et le point de rendez-vous exact',
        es: 'Fijar la hora y el punto de encuentro exacto',
      }),
      leaf(5, {
        en: 'Tell those who must know who is coming',
        de: 'Bescheid geben, wer kommt',
        fr: 'Prévenir de qui viendra',
        es: 'Avisar de quién va a ir',
      }),
    ],
  ),
  group({ en: 'Plan the way', de: 'Den Weg planen', fr: 'Prévoir le trajet', es: 'Planear el trayecto' }, [
    leaf(5, {
      en: 'Look up route, traffic or connections',
      de: 'Strecke, Verkehr oder Verbindungen nachsehen',
      fr: 'Regarder l’itinéraire, la circulation ou les correspondances',
      es: 'Mirar la ruta, el tráfico o los horarios',
    }),
    leaf(5, {
      en: 'Work out when to leave, with time to spare',
      de: 'Abfahrtszeit mit Puffer ausrechnen',
      fr: 'Calculer l’heure de départ avec une marge',
      es: 'Calcular la hora de salida con margen',
    }),
  ]),
  group(
    {
      en: 'Get ready what has to come along',
      de: 'Bereitlegen, was mitmuss',
      fr: 'Préparer ce qu’il faut emporter',
      es: 'Preparar lo que hay que llevar',
    },
    [
      leaf(5, {
        en: 'Have keys, tickets or a child seat ready, as needed',
        de: 'Je nach Bedarf Schlüssel, Fahrkarten oder Kindersitz bereithalten',
        fr: 'Préparer clés, billets ou siège enfant selon le besoin',
        es: 'Preparar llaves, billetes o silla infantil, según haga falta',
      }),
      leaf(5, {
        en: 'Have a charged phone and a number to call',
        de: 'Geladenes Telefon und eine Nummer für Rückfragen dabeihaben',
        fr: 'Prendre un téléphone chargé et un numéro à appeler',
        es: 'Llevar el móvil cargado y un número al que llamar',
      }),
    ],
  ),
  core({ en: 'Make the trip', de: 'Den Weg zurücklegen', fr: 'Faire le trajet', es: 'Hacer el trayecto' }, [
    group({ en: 'Get there in time', de: 'Pünktlich da sein', fr: 'Arriver à l’heure', es: 'Llegar a tiempo' }, [
      leaf(15, {
        en: 'Set off at the planned time',
        de: 'Zur geplanten Zeit losfahren',
        fr: 'Partir à l’heure prévue',
        es: 'Salir a la hora prevista',
      }),
      leaf(5, {
        en: 'Send word if it gets late',
        de: 'Melden, falls es später wird',
        fr: 'Prévenir en cas de retard',
        es: 'Avisar si se va a llegar tarde',
      }),
    ]),
    leaf(15, {
      en: 'See that everyone and everything is on board',
      de: 'Darauf achten, dass alle und alles dabei sind',
      fr: 'Vérifier que personne et rien ne manque',
      es: 'Comprobar que no falta nadie ni nada',
    }),
  ]),
  group(
    { en: 'Bring it to a good end', de: 'Gut ans Ziel bringen', fr: 'Mener à bon port', es: 'Llegar bien al destino' },
    [
      leaf(5, {
        en: 'Let the others know that all went well',
        de: 'Den anderen sagen, dass alles geklappt hat',
        fr: 'Dire aux autres que tout s’est bien passé',
        es: 'Decir a los demás que todo ha ido bien',
      }),
      leaf(5, {
        en: 'If it comes again, agree on the next time',
        de: 'Falls es wiederkehrt, das nächste Mal absprechen',
        fr: 'Si cela revient, convenir de la prochaine fois',
        es: 'Si se repite, acordar la próxima vez',
      }),
    ],
  ),
];
