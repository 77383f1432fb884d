import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const INTERVIEW: Frame = [
  group(
    {
      en: 'Find out what to expect: “{deliverable}”',
      de: 'Herausfinden, was zu erwarten ist: „{deliverable}“',
      fr: 'Savoir à quoi s’attendre : « {deliverable} »',
      es: 'Saber qué esperar: «{deliverable}»',
    },
    [
      leaf(20, {
        en: 'Read about the employer and the position',
        de: 'Über den Arbeitgeber und die Stelle lesen',
        fr: 'Se renseigner sur l’employeur et le poste',
        es: 'Informarse sobre la empresa y el puesto',
      }),
      leaf(10, {
        en: 'Settle date, place, length and who will be there',
        de: 'Termin, Ort, Dauer und Teilnehmende klären',
        fr: 'Clarifier date, lieu, durée et participants',
        es: 'Aclarar fecha, lugar, duración y quién estará',
      }),
    ],
  ),
  group(
    {
      en: 'Prepare what to say',
      de: 'Vorbereiten, was zu sagen ist',
      fr: 'Préparer ce qu’il y a à dire',
      es: 'Preparar qué decir',
    },
    [
      leaf(20, {
        en: 'Find an example of one’s own for each thing that is asked for',
        de: 'Zu jeder Anforderung ein eigenes Beispiel finden',
        fr: 'Trouver un exemple personnel pour chaque qualité demandée',
        es: 'Buscar un ejemplo propio para cada requisito',
      }),
      leaf(10, {
        en: 'Write down questions to ask, pay and start included',
        de: 'Eigene Fragen notieren, auch zu Gehalt und Beginn',
        fr: 'Noter ses propres questions, salaire et début compris',
        es: 'Anotar preguntas propias, también sobre sueldo e inicio',
      }),
    ],
  ),
  group({ en: 'Practise it', de: 'Üben', fr: 'S’entraîner', es: 'Practicar' }, [
    leaf(20, {
      en: 'Answer the usual questions aloud',
      de: 'Die üblichen Fragen laut beantworten',
      fr: 'Répondre à voix haute aux questions classiques',
      es: 'Responder en voz alta a las preguntas habituales',
    }),
    leaf(20, {
      en: 'Do a trial run with someone',
      de: 'Mit jemandem einen Probelauf machen',
      fr: 'Faire un essai avec quelqu’un',
      es: 'Hacer un ensayo con alguien',
    }),
  ]),
  core(
    {
      en: 'Get ready and go there',
      de: 'Fertig machen und hingehen',
      fr: 'Se préparer et y aller',
      es: 'Prepararse e ir',
    },
    [
      leaf(15, {
        en: 'Lay out clothes, papers and the way there, or test the video call',
        de: 'Kleidung, Unterlagen und Weg klären oder den Videoanruf testen',
        fr: 'Préparer tenue, documents et trajet, ou tester la visio',
        es: 'Preparar ropa, papeles y trayecto, o probar la videollamada',
      }),
      leaf(60, {
        en: 'Be there ten minutes early; listen, answer, ask',
        de: 'Zehn Minuten früher da sein; zuhören, antworten, fragen',
        fr: 'Arriver dix minutes en avance ; écouter, répondre, demander',
        es: 'Llegar diez minutos antes; escuchar, responder, preguntar',
      }),
    ],
  ),
  group({ en: 'Follow it up', de: 'Nachbereiten', fr: 'Faire le suivi', es: 'Hacer seguimiento' }, [
    leaf(10, {
      en: 'Note what went well and what did not',
      de: 'Notieren, was gut lief und was nicht',
      fr: 'Noter ce qui s’est bien passé, et le reste',
      es: 'Anotar qué fue bien y qué no',
    }),
    leaf(10, {
      en: 'Say thank you, and ask if no answer comes',
      de: 'Sich bedanken und nachfragen, wenn keine Antwort kommt',
      fr: 'Remercier, et relancer si aucune réponse ne vient',
      es: 'Dar las gracias y preguntar si no llega respuesta',
    }),
  ]),
];
