import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const BUY: Frame = [
  group(
    {
      en: 'Write down what it must offer: “{deliverable}”',
      de: 'Anforderungen aufschreiben: „{deliverable}“',
      fr: 'Noter les critères : « {deliverable} »',
      es: 'Anotar los requisitos: «{deliverable}»',
    },
    [
      leaf(10, {
        en: 'Say what it is for and who uses it',
        de: 'Notieren, wofür und für wen es ist',
        fr: 'Noter à quoi et à qui cela doit servir',
        es: 'Anotar para qué y para quién es',
      }),
      leaf(10, {
        en: 'Name up to three points that must be right',
        de: 'Bis zu drei Punkte nennen, die stimmen müssen',
        fr: 'Nommer jusqu’à trois points indispensables',
        es: 'Nombrar hasta tres puntos imprescindibles',
      }),
    ],
  ),
  group(
    {
      en: 'Set an upper limit for the price',
      de: 'Eine Preisobergrenze festlegen',
      fr: 'Fixer un prix maximum',
      es: 'Fijar un precio máximo',
    },
    [
      leaf(5, {
        en: 'Settle what it may cost in all, delivery and extras included',
        de: 'Festlegen, was es insgesamt kosten darf, mit Lieferung und Zubehör',
        fr: 'Décider du coût total admis, livraison et accessoires compris',
        es: 'Decidir cuánto puede costar en total, con envío y accesorios',
      }),
      leaf(5, {
        en: 'Check whether used, borrowed or rented would do',
        de: 'Prüfen, ob gebraucht, geliehen oder gemietet auch reicht',
        fr: 'Voir si l’occasion, l’emprunt ou la location suffirait',
        es: 'Ver si bastaría de segunda mano, prestado o alquilado',
      }),
    ],
  ),
  core(
    {
      en: 'Find and compare two or three candidates',
      de: 'Zwei bis drei Möglichkeiten suchen und vergleichen',
      fr: 'Trouver et comparer deux ou trois options',
      es: 'Buscar y comparar dos o tres opciones',
    },
    [
      group(
        {
          en: 'Look around for candidates',
          de: 'Nach Möglichkeiten umsehen',
          fr: 'Chercher des options',
          es: 'Buscar opciones',
        },
        [
          leaf(20, {
            en: 'Look in shops or online, and note the prices',
            de: 'In Geschäften oder online nachsehen und Preise notieren',
            fr: 'Regarder en magasin ou en ligne et noter les prix',
            es: 'Mirar en tiendas o en línea y anotar los precios',
          }),
          leaf(15, {
            en: 'Read a few independent reviews or ask people who have one',
            de: 'Unabhängige Tests lesen oder Leute mit Erfahrung fragen',
            fr: 'Lire quelques avis indépendants ou demander à qui s’y connaît',
            es: 'Leer opiniones independientes o preguntar a quien lo conozca',
          }),
        ],
      ),
      leaf(10, {
        en: 'Strike out what fails the requirements',
        de: 'Streichen, was die Anforderungen nicht erfüllt',
        fr: 'Éliminer ce qui ne remplit pas les critères',
        es: 'Descartar lo que no cumpla los requisitos',
      }),
    ],
  ),
  group({ en: 'Decide and buy', de: 'Entscheiden und kaufen', fr: 'Choisir et acheter', es: 'Decidir y comprar' }, [
    leaf(5, {
      en: 'Check delivery time, return rules and guarantee',
      de: 'Lieferzeit, Rückgabe und Garantie prüfen',
      fr: 'Vérifier délai, retour et garantie',
      es: 'Comprobar plazo de entrega, devolución y garantía',
    }),
    leaf(15, {
      en: 'Buy it and keep the receipt',
      de: 'Kaufen und den Beleg aufheben',
      fr: 'Acheter et garder le reçu',
      es: 'Comprarlo y guardar el recibo',
    }),
  ]),
  group({ en: 'Check the purchase', de: 'Den Kauf prüfen', fr: 'Contrôler l’achat', es: 'Revisar la compra' }, [
    leaf(10, {
      en: 'See that it is complete and works',
      de: 'Auf Vollständigkeit und Funktion prüfen',
      fr: 'Vérifier que tout y est et fonctionne',
      es: 'Ver que esté completo y funcione',
    }),
    leaf(5, {
      en: 'Note the last day for returning it',
      de: 'Den letzten Rückgabetag notieren',
      fr: 'Noter la date limite de retour',
      es: 'Anotar el último día para devolverlo',
    }),
  ]),
];
