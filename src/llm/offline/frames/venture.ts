import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const VENTURE: Frame = [
  group(
    {
      en: 'Put the idea into one sentence: “{deliverable}”',
      de: 'Die Idee in einen Satz fassen: „{deliverable}“',
      fr: 'Résumer l’idée en une phrase : « {deliverable} »',
      es: 'Resumir la idea en una frase: «{deliverable}»',
    },
    [
      leaf(15, {
        en: 'Say who it is for and what they get from it',
        de: 'Festhalten, für wen es ist und was sie davon haben',
        fr: 'Dire à qui cela s’adresse et ce qu’on y gagne',
        es: 'Decir para quién es y qué gana con ello',
      }),
      leaf(15, {
        en: 'Look at what others already offer',
        de: 'Ansehen, was andere schon anbieten',
        fr: 'Regarder ce que d’autres proposent déjà',
        es: 'Mirar qué ofrecen ya otros',
      }),
    ],
  ),
  group(
    {
      en: 'Check whether people want it',
      de: 'Prüfen, ob es gewollt wird',
      fr: 'Vérifier si cela intéresse',
      es: 'Comprobar si interesa',
    },
    [
      leaf(60, {
        en: 'Talk to five people it is meant for',
        de: 'Mit fünf Leuten aus der Zielgruppe sprechen',
        fr: 'Parler à cinq personnes concernées',
        es: 'Hablar con cinco personas a quienes va dirigido',
      }),
      leaf(15, {
        en: 'Change the idea by what they say',
        de: 'Die Idee danach anpassen',
        fr: 'Adapter l’idée selon leurs réponses',
        es: 'Adaptar la idea según lo que digan',
      }),
    ],
  ),
  group(
    {
      en: 'Work out costs, time and rules',
      de: 'Kosten, Zeit und Vorschriften klären',
      fr: 'Évaluer coûts, temps et règles',
      es: 'Calcular costes, tiempo y normas',
    },
    [
      leaf(45, {
        en: 'Set out expected costs and income',
        de: 'Erwartete Kosten und Einnahmen gegenüberstellen',
        fr: 'Comparer coûts et recettes attendus',
        es: 'Comparar gastos e ingresos previstos',
      }),
      leaf(45, {
        en: 'Find out about registration, permits, tax and insurance',
        de: 'Über Anmeldung, Genehmigungen, Steuern und Versicherung informieren',
        fr: 'Se renseigner sur déclaration, autorisations, impôts et assurance',
        es: 'Informarse sobre registro, permisos, impuestos y seguros',
      }),
    ],
  ),
  core({ en: 'Start small', de: 'Klein anfangen', fr: 'Commencer petit', es: 'Empezar en pequeño' }, [
    group(
      {
        en: 'Prepare the smallest version that is useful',
        de: 'Die kleinste nützliche Version vorbereiten',
        fr: 'Préparer la plus petite version utile',
        es: 'Preparar la versión útil más pequeña',
      },
      [
        leaf(30, {
          en: 'Leave out everything that can wait',
          de: 'Alles weglassen, was warten kann',
          fr: 'Laisser de côté tout ce qui peut attendre',
          es: 'Dejar fuera todo lo que pueda esperar',
        }),
        leaf(120, {
          en: 'Make or get what is left',
          de: 'Den Rest anfertigen oder beschaffen',
          fr: 'Réaliser ou se procurer le reste',
          es: 'Hacer o conseguir lo demás',
        }),
      ],
    ),
    leaf(60, {
      en: 'Offer it to the first people',
      de: 'Den ersten Leuten anbieten',
      fr: 'Le proposer aux premières personnes',
      es: 'Ofrecerlo a las primeras personas',
    }),
  ]),
  group(
    {
      en: 'Learn from the first weeks and decide how to go on',
      de: 'Aus den ersten Wochen lernen und weiter entscheiden',
      fr: 'Tirer les leçons des premières semaines et décider de la suite',
      es: 'Aprender de las primeras semanas y decidir cómo seguir',
    },
    [
      leaf(20, {
        en: 'Note figures and reactions',
        de: 'Zahlen und Reaktionen notieren',
        fr: 'Noter chiffres et réactions',
        es: 'Anotar cifras y reacciones',
      }),
      leaf(20, {
        en: 'Choose: extend, change or stop',
        de: 'Wählen: ausbauen, ändern oder beenden',
        fr: 'Choisir : développer, changer ou arrêter',
        es: 'Elegir: ampliar, cambiar o parar',
      }),
    ],
  ),
];
