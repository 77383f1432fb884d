import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const ORGANISE: Frame = [
  group(
    {
      en: 'Settle the occasion, the date and who takes part: “{deliverable}”',
      de: 'Anlass, Termin und Teilnehmende klären: „{deliverable}“',
      fr: 'Fixer l’occasion, la date et les participants : « {deliverable} »',
      es: 'Fijar la ocasión, la fecha y los participantes: «{deliverable}»',
    },
    [
      leaf(15, {
        en: 'Say what it should be like and what it may cost',
        de: 'Festlegen, wie es werden soll und was es kosten darf',
        fr: 'Décider de l’ambiance et du coût admis',
        es: 'Decidir cómo debe ser y cuánto puede costar',
      }),
      leaf(15, {
        en: 'Find a date that suits the most important people[ ({people})]',
        de: 'Einen Termin finden, der den wichtigsten Personen passt[ ({people})]',
        fr: 'Trouver une date qui convient aux personnes clés[ ({people})]',
        es: 'Buscar una fecha que vaya bien a las personas clave[ ({people})]',
      }),
      leaf(10, {
        en: 'Write down who takes part[ ({quantity})]',
        de: 'Aufschreiben, wer dabei ist[ ({quantity})]',
        fr: 'Noter qui participe[ ({quantity})]',
        es: 'Anotar quién participa[ ({quantity})]',
      }),
    ],
  ),
  group(
    {
      en: 'Secure the place and send the invitations[ ({place})]',
      de: 'Ort sichern und einladen[ ({place})]',
      fr: 'Réserver le lieu et inviter[ ({place})]',
      es: 'Asegurar el lugar e invitar[ ({place})]',
    },
    [
      leaf(25, {
        en: 'Choose and book the place',
        de: 'Ort auswählen und reservieren',
        fr: 'Choisir et réserver le lieu',
        es: 'Elegir y reservar el lugar',
      }),
      leaf(20, {
        en: 'Invite, with a date for the reply',
        de: 'Einladen, mit Antwortfrist',
        fr: 'Inviter, avec une date de réponse',
        es: 'Invitar, con fecha límite de respuesta',
      }),
    ],
  ),
  core(
    {
      en: 'Plan the course and share out the work',
      de: 'Ablauf planen und Aufgaben verteilen',
      fr: 'Prévoir le déroulement et répartir les tâches',
      es: 'Planear el desarrollo y repartir las tareas',
    },
    [
      group(
        {
          en: 'Draw up the course',
          de: 'Den Ablauf aufstellen',
          fr: 'Établir le déroulement',
          es: 'Definir el desarrollo',
        },
        [
          leaf(15, {
            en: 'Note what happens when, with some air in between',
            de: 'Notieren, was wann passiert, mit Luft dazwischen',
            fr: 'Noter quoi se passe quand, avec des marges',
            es: 'Anotar qué pasa y cuándo, con margen',
          }),
          leaf(10, {
            en: 'Think of a plan for bad weather or cancellations',
            de: 'Ersatzplan für schlechtes Wetter oder Absagen überlegen',
            fr: 'Prévoir une solution en cas de mauvais temps ou de désistement',
            es: 'Pensar un plan para mal tiempo o bajas',
          }),
        ],
      ),
      leaf(20, {
        en: 'Plan food, drink and equipment',
        de: 'Essen, Getränke und Ausstattung planen',
        fr: 'Prévoir repas, boissons et matériel',
        es: 'Planear comida, bebida y material',
      }),
      leaf(10, {
        en: 'Ask who can help with what',
        de: 'Fragen, wer wobei hilft',
        fr: 'Demander qui peut aider à quoi',
        es: 'Preguntar quién puede ayudar en qué',
      }),
    ],
  ),
  group({ en: 'Get everything ready', de: 'Alles vorbereiten', fr: 'Tout préparer', es: 'Prepararlo todo' }, [
    leaf(60, {
      en: 'Buy or borrow what is needed',
      de: 'Kaufen oder leihen, was gebraucht wird',
      fr: 'Acheter ou emprunter le nécessaire',
      es: 'Comprar o pedir prestado lo necesario',
    }),
    leaf(10, {
      en: 'Confirm bookings and replies the day before',
      de: 'Am Vortag Buchungen und Zusagen bestätigen',
      fr: 'Confirmer réservations et réponses la veille',
      es: 'Confirmar reservas y respuestas el día antes',
    }),
  ]),
  group(
    {
      en: 'Hold it and bring it to a good close',
      de: 'Durchführen und gut abschließen',
      fr: 'Le jour venu, accueillir, puis bien conclure',
      es: 'Celebrarlo y cerrarlo bien',
    },
    [
      leaf(60, {
        en: 'Set up and welcome everyone',
        de: 'Aufbauen und alle begrüßen',
        fr: 'Installer et accueillir tout le monde',
        es: 'Montarlo y recibir a todos',
      }),
      leaf(30, {
        en: 'Clear up, pay, say thank you',
        de: 'Aufräumen, bezahlen, bedanken',
        fr: 'Ranger, payer, remercier',
        es: 'Recoger, pagar, dar las gracias',
      }),
    ],
  ),
];
