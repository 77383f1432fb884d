import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const OUTING: Frame = [
  group(
    {
      en: 'Agree on where to go and when: “{deliverable}”',
      de: 'Absprechen, wohin und wann es geht: „{deliverable}“',
      fr: 'Convenir du lieu et du jour : « {deliverable} »',
      es: 'Acordar adónde ir y cuándo: «{deliverable}»',
    },
    [
      leaf(5, {
        en: 'Settle who comes along and what all can enjoy',
        de: 'Klären, wer mitkommt und was allen Spaß macht',
        fr: 'Voir qui vient et ce qui plaît à tous',
        es: 'Ver quién va y qué les apetece a todos',
      }),
      leaf(5, {
        en: 'Choose a day and keep another in reserve',
        de: 'Einen Tag wählen und einen Ausweichtag merken',
        fr: 'Choisir un jour et en garder un autre en réserve',
        es: 'Elegir un día y guardar otro de reserva',
      }),
    ],
  ),
  group(
    {
      en: 'Check weather, opening times and prices',
      de: 'Wetter, Öffnungszeiten und Preise prüfen',
      fr: 'Vérifier météo, horaires et prix',
      es: 'Mirar el tiempo, los horarios y los precios',
    },
    [
      leaf(5, {
        en: 'Look up whether something has to be booked',
        de: 'Nachsehen, ob etwas zu reservieren ist',
        fr: 'Voir s’il faut réserver',
        es: 'Ver si hay que reservar algo',
      }),
      leaf(10, {
        en: 'Plan the way there and back',
        de: 'Hin- und Rückweg planen',
        fr: 'Prévoir l’aller et le retour',
        es: 'Planear la ida y la vuelta',
      }),
    ],
  ),
  group(
    {
      en: 'Get ready what comes along',
      de: 'Bereitlegen, was mitkommt',
      fr: 'Préparer ce qu’on emporte',
      es: 'Preparar lo que se lleva',
    },
    [
      leaf(15, {
        en: 'Pack food, drink and clothes for the weather',
        de: 'Essen, Trinken und Kleidung für das Wetter einpacken',
        fr: 'Emporter à manger, à boire et des vêtements adaptés',
        es: 'Llevar comida, bebida y ropa adecuada',
      }),
      leaf(5, {
        en: 'Have money, tickets and phone at hand',
        de: 'Geld, Karten und Telefon griffbereit haben',
        fr: 'Avoir argent, billets et téléphone sous la main',
        es: 'Tener a mano dinero, entradas y móvil',
      }),
    ],
  ),
  core({ en: 'Make the outing', de: 'Den Ausflug machen', fr: 'Faire la sortie', es: 'Hacer la salida' }, [
    group(
      { en: 'Set off and enjoy it', de: 'Losgehen und genießen', fr: 'Partir et en profiter', es: 'Salir y disfrutar' },
      [
        leaf(20, {
          en: 'Set off in good time',
          de: 'Rechtzeitig losgehen',
          fr: 'Partir à temps',
          es: 'Salir con tiempo',
        }),
        leaf(90, {
          en: 'Do what matters most first, and take breaks',
          de: 'Das Wichtigste zuerst machen und Pausen einlegen',
          fr: 'Faire d’abord le plus important, avec des pauses',
          es: 'Hacer primero lo más importante y descansar',
        }),
      ],
    ),
    leaf(20, {
      en: 'Head home before everyone is tired',
      de: 'Heimgehen, bevor alle müde sind',
      fr: 'Rentrer avant que tout le monde soit fatigué',
      es: 'Volver antes de que todos estén cansados',
    }),
  ]),
  group(
    {
      en: 'Come home and put things away',
      de: 'Heimkommen und aufräumen',
      fr: 'Rentrer et ranger',
      es: 'Volver y recoger',
    },
    [
      leaf(10, {
        en: 'Unpack, and dry what is wet',
        de: 'Auspacken und Nasses trocknen',
        fr: 'Vider les sacs et faire sécher ce qui est mouillé',
        es: 'Vaciar las bolsas y secar lo mojado',
      }),
      leaf(5, {
        en: 'Note what to repeat next time',
        de: 'Notieren, was man wiederholen möchte',
        fr: 'Noter ce qui est à refaire',
        es: 'Anotar qué repetir la próxima vez',
      }),
    ],
  ),
];
