import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const FIND: Frame = [
  group(
    {
      en: 'Write down what is being looked for: “{deliverable}”',
      de: 'Aufschreiben, was gesucht wird: „{deliverable}“',
      fr: 'Noter ce qui est recherché : « {deliverable} »',
      es: 'Anotar qué se busca: «{deliverable}»',
    },
    [
      leaf(10, {
        en: 'Name what must be right and what rules it out',
        de: 'Festhalten, was stimmen muss und was ausscheidet',
        fr: 'Noter l’indispensable et l’inacceptable',
        es: 'Anotar lo imprescindible y lo que se descarta',
      }),
      leaf(5, {
        en: 'Settle date, price range and area',
        de: 'Termin, Preisrahmen und Umkreis festlegen',
        fr: 'Fixer date, budget et secteur',
        es: 'Fijar fecha, precio y zona',
      }),
    ],
  ),
  group(
    {
      en: 'Choose where to search',
      de: 'Festlegen, wo gesucht wird',
      fr: 'Choisir où chercher',
      es: 'Elegir dónde buscar',
    },
    [
      leaf(15, {
        en: 'List websites, offices and notice boards',
        de: 'Portale, Stellen und Aushänge auflisten',
        fr: 'Lister sites, organismes et annonces',
        es: 'Anotar webs, oficinas y tablones',
      }),
      leaf(10, {
        en: 'Ask friends, neighbours and colleagues',
        de: 'Im Bekanntenkreis herumfragen',
        fr: 'Demander autour de soi',
        es: 'Preguntar a conocidos',
      }),
    ],
  ),
  core(
    {
      en: 'Search and make a short list',
      de: 'Suchen und eine engere Auswahl treffen',
      fr: 'Chercher et faire une présélection',
      es: 'Buscar y hacer una lista corta',
    },
    [
      leaf(40, {
        en: 'Look through the offers and note the fitting ones',
        de: 'Angebote durchsehen und passende notieren',
        fr: 'Parcourir les offres et noter celles qui conviennent',
        es: 'Revisar ofertas y anotar las adecuadas',
      }),
      group({ en: 'Get in touch', de: 'Kontakt aufnehmen', fr: 'Prendre contact', es: 'Ponerse en contacto' }, [
        leaf(10, {
          en: 'Prepare a short text about what is wanted',
          de: 'Einen kurzen Text zum Anliegen vorbereiten',
          fr: 'Préparer un court texte sur la demande',
          es: 'Preparar un texto breve sobre lo que se busca',
        }),
        leaf(15, {
          en: 'Write to or call the best three',
          de: 'Die besten drei anschreiben oder anrufen',
          fr: 'Écrire ou appeler les trois meilleurs',
          es: 'Escribir o llamar a los tres mejores',
        }),
      ]),
    ],
  ),
  group(
    {
      en: 'Check the candidates',
      de: 'Die engere Auswahl prüfen',
      fr: 'Vérifier la présélection',
      es: 'Comprobar la lista corta',
    },
    [
      leaf(30, {
        en: 'See them, meet them or try them',
        de: 'Ansehen, kennenlernen oder ausprobieren',
        fr: 'Voir, rencontrer ou essayer',
        es: 'Ver, conocer o probar',
      }),
      leaf(10, {
        en: 'Check conditions and references',
        de: 'Bedingungen und Referenzen prüfen',
        fr: 'Vérifier conditions et références',
        es: 'Comprobar condiciones y referencias',
      }),
    ],
  ),
  group(
    {
      en: 'Choose and confirm',
      de: 'Auswählen und fest zusagen',
      fr: 'Choisir et confirmer',
      es: 'Elegir y confirmar',
    },
    [
      leaf(10, {
        en: 'Accept in writing',
        de: 'Schriftlich zusagen',
        fr: 'Confirmer par écrit',
        es: 'Confirmar por escrito',
      }),
      leaf(5, {
        en: 'Turn down the others and end the search',
        de: 'Den anderen absagen und die Suche beenden',
        fr: 'Décliner les autres et arrêter les recherches',
        es: 'Rechazar los demás y cerrar la búsqueda',
      }),
    ],
  ),
];
