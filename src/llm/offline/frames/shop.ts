import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const SHOP: Frame = [
  group(
    {
      en: 'Write the shopping list: “{deliverable}”',
      de: 'Einkaufsliste schreiben: „{deliverable}“',
      fr: 'Écrire la liste des courses : « {deliverable} »',
      es: 'Hacer la lista de la compra: «{deliverable}»',
    },
    [
      leaf(5, {
        en: 'Note the amount of each item',
        de: 'Zu jedem Posten die Menge notieren',
        fr: 'Noter la quantité de chaque article',
        es: 'Anotar la cantidad de cada cosa',
      }),
      leaf(5, {
        en: 'Ask the others what else is needed',
        de: 'Die anderen fragen, was noch fehlt',
        fr: 'Demander aux autres ce qu’il faut encore',
        es: 'Preguntar a los demás qué más falta',
      }),
    ],
  ),
  group(
    {
      en: 'Check what is there already',
      de: 'Nachsehen, was noch da ist',
      fr: 'Vérifier ce qu’il reste',
      es: 'Mirar lo que queda',
    },
    [
      leaf(5, {
        en: 'Look into fridge, cupboard and store room',
        de: 'In Kühlschrank, Schrank und Vorrat schauen',
        fr: 'Regarder dans le frigo, les placards et la réserve',
        es: 'Mirar en la nevera, los armarios y la despensa',
      }),
      leaf(5, {
        en: 'Strike out what is not needed',
        de: 'Streichen, was nicht gebraucht wird',
        fr: 'Rayer ce qui n’est pas nécessaire',
        es: 'Tachar lo que no haga falta',
      }),
    ],
  ),
  group(
    {
      en: 'Settle where and when to buy',
      de: 'Festlegen, wo und wann eingekauft wird',
      fr: 'Décider où et quand acheter',
      es: 'Decidir dónde y cuándo comprar',
    },
    [
      leaf(5, {
        en: 'Choose shop, market or delivery',
        de: 'Geschäft, Markt oder Lieferung wählen',
        fr: 'Choisir magasin, marché ou livraison',
        es: 'Elegir tienda, mercado o entrega a domicilio',
      }),
      leaf(5, {
        en: 'Take bags, vouchers and means of payment',
        de: 'Taschen, Gutscheine und Zahlungsmittel mitnehmen',
        fr: 'Prendre sacs, bons et moyen de paiement',
        es: 'Llevar bolsas, vales y medio de pago',
      }),
    ],
  ),
  core(
    {
      en: 'Buy what is on the list',
      de: 'Einkaufen, was auf der Liste steht',
      fr: 'Acheter ce qui est sur la liste',
      es: 'Comprar lo que está en la lista',
    },
    [
      group(
        {
          en: 'Go through the list in the order of the shop',
          de: 'Die Liste in der Reihenfolge des Geschäfts abarbeiten',
          fr: 'Suivre la liste dans l’ordre du magasin',
          es: 'Seguir la lista según el orden de la tienda',
        },
        [
          leaf(15, {
            en: 'First what keeps',
            de: 'Zuerst Haltbares',
            fr: 'D’abord ce qui se conserve',
            es: 'Primero lo que no es fresco',
          }),
          leaf(15, {
            en: 'Fresh and frozen things last',
            de: 'Frisches und Gefrorenes zuletzt',
            fr: 'Le frais et le surgelé en dernier',
            es: 'Lo fresco y congelado, al final',
          }),
        ],
      ),
      leaf(5, {
        en: 'Check the receipt',
        de: 'Den Kassenbon prüfen',
        fr: 'Vérifier le ticket',
        es: 'Revisar el tique',
      }),
    ],
  ),
  group(
    {
      en: 'Bring everything home and put it away',
      de: 'Alles nach Hause bringen und einräumen',
      fr: 'Tout rapporter et ranger',
      es: 'Llevarlo todo a casa y guardarlo',
    },
    [
      leaf(15, {
        en: 'Cool things first',
        de: 'Gekühltes zuerst',
        fr: 'Le frais d’abord',
        es: 'Primero lo refrigerado',
      }),
      leaf(5, {
        en: 'Note what could not be had',
        de: 'Notieren, was es nicht gab',
        fr: 'Noter ce qui manquait',
        es: 'Anotar lo que no había',
      }),
    ],
  ),
];
