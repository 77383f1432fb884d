import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const TRAVEL: Frame = [
  group(
    {
      en: 'Settle goal, dates and budget: “{deliverable}”',
      de: 'Ziel, Zeitraum und Budget klären: „{deliverable}“',
      fr: 'Fixer la destination, les dates et le budget : « {deliverable} »',
      es: 'Fijar destino, fechas y presupuesto: «{deliverable}»',
    },
    [
      leaf(10, {
        en: 'Agree on dates with all who come along[ ({people})]',
        de: 'Den Zeitraum mit allen abstimmen, die mitkommen[ ({people})]',
        fr: 'S’accorder sur les dates avec tous les participants[ ({people})]',
        es: 'Acordar las fechas con todos los que van[ ({people})]',
      }),
      leaf(10, {
        en: 'Note what must not be missed',
        de: 'Notieren, was nicht fehlen darf',
        fr: 'Noter ce qu’il ne faut pas manquer',
        es: 'Anotar lo que no puede faltar',
      }),
      leaf(5, {
        en: 'Set an upper limit for the cost',
        de: 'Eine Kostengrenze setzen',
        fr: 'Fixer un plafond de dépenses',
        es: 'Poner un tope de gasto',
      }),
    ],
  ),
  group(
    {
      en: 'Check what is required',
      de: 'Voraussetzungen prüfen',
      fr: 'Vérifier les conditions',
      es: 'Comprobar los requisitos',
    },
    [
      leaf(10, {
        en: 'Check papers, tickets and opening times',
        de: 'Ausweise, Karten und Öffnungszeiten prüfen',
        fr: 'Vérifier papiers, billets et horaires',
        es: 'Comprobar documentos, entradas y horarios',
      }),
      leaf(10, {
        en: 'Look at weather, health and safety advice',
        de: 'Wetter, Gesundheits- und Sicherheitshinweise ansehen',
        fr: 'Consulter météo, conseils de santé et de sécurité',
        es: 'Mirar el tiempo y los consejos de salud y seguridad',
      }),
    ],
  ),
  core(
    {
      en: 'Book the way there and the stay',
      de: 'An- und Abreise und Unterkunft buchen',
      fr: 'Réserver le trajet et l’hébergement',
      es: 'Reservar el viaje y el alojamiento',
    },
    [
      group(
        {
          en: 'Compare and book the journey',
          de: 'Verbindungen vergleichen und buchen',
          fr: 'Comparer et réserver le trajet',
          es: 'Comparar y reservar el trayecto',
        },
        [
          leaf(25, {
            en: 'Compare time and price of two or three ways',
            de: 'Zeit und Preis von zwei bis drei Wegen vergleichen',
            fr: 'Comparer durée et prix de deux ou trois trajets',
            es: 'Comparar tiempo y precio de dos o tres opciones',
          }),
          leaf(15, {
            en: 'Book and keep the tickets together',
            de: 'Buchen und die Tickets zusammen ablegen',
            fr: 'Réserver et garder les billets ensemble',
            es: 'Reservar y guardar juntos los billetes',
          }),
        ],
      ),
      leaf(30, {
        en: 'Choose a place to stay, if one is needed',
        de: 'Unterkunft wählen, falls nötig',
        fr: 'Choisir un hébergement, si nécessaire',
        es: 'Elegir alojamiento, si hace falta',
      }),
    ],
  ),
  group(
    {
      en: 'Draw up a rough programme',
      de: 'Ein grobes Programm aufstellen',
      fr: 'Établir un programme approximatif',
      es: 'Hacer un programa aproximado',
    },
    [
      leaf(25, {
        en: 'One or two things per day, with breaks',
        de: 'Ein bis zwei Dinge pro Tag einplanen, mit Pausen',
        fr: 'Une ou deux choses par jour, avec des pauses',
        es: 'Una o dos cosas por día, con descansos',
      }),
      leaf(10, {
        en: 'Note what needs to be reserved',
        de: 'Notieren, was reserviert werden muss',
        fr: 'Noter ce qu’il faut réserver',
        es: 'Anotar lo que haya que reservar',
      }),
    ],
  ),
  group(
    {
      en: 'Pack and set off',
      de: 'Packen und losfahren',
      fr: 'Faire les bagages et partir',
      es: 'Preparar el equipaje y salir',
    },
    [
      leaf(40, {
        en: 'Pack by list',
        de: 'Nach Liste packen',
        fr: 'Faire les bagages avec une liste',
        es: 'Hacer el equipaje con una lista',
      }),
      leaf(15, {
        en: 'Settle home, pets and keys',
        de: 'Wohnung, Tiere und Schlüssel regeln',
        fr: 'Régler maison, animaux et clés',
        es: 'Dejar resueltos casa, animales y llaves',
      }),
    ],
  ),
];
