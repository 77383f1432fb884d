import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const GIVE_BACK: Frame = [
  group(
    {
      en: 'Look up the terms: “{deliverable}”',
      de: 'Die Bedingungen nachsehen: „{deliverable}“',
      fr: 'Vérifier les conditions : « {deliverable} »',
      es: 'Consultar las condiciones: «{deliverable}»',
    },
    [
      leaf(5, {
        en: 'Find out until when and where it can be given back',
        de: 'Herausfinden, bis wann und wo die Rückgabe möglich ist',
        fr: 'Voir jusqu’à quand et où le retour est possible',
        es: 'Ver hasta cuándo y dónde se puede devolver',
      }),
      leaf(5, {
        en: 'Decide what is wanted for it: money, an exchange or a repair',
        de: 'Entscheiden, was es dafür geben soll: Geld, Umtausch oder Reparatur',
        fr: 'Choisir entre remboursement, échange et réparation',
        es: 'Elegir entre reembolso, cambio y reparación',
      }),
    ],
  ),
  group(
    {
      en: 'Look out the proof',
      de: 'Belege heraussuchen',
      fr: 'Réunir les justificatifs',
      es: 'Reunir los comprobantes',
    },
    [
      leaf(10, {
        en: 'Find the receipt or the order number',
        de: 'Kassenbon oder Bestellnummer finden',
        fr: 'Retrouver le ticket ou le numéro de commande',
        es: 'Buscar el recibo o el número de pedido',
      }),
      leaf(5, {
        en: 'Note the reason, with photos of any fault',
        de: 'Den Grund notieren, Mängel fotografieren',
        fr: 'Noter le motif et photographier les défauts',
        es: 'Anotar el motivo y fotografiar los defectos',
      }),
    ],
  ),
  group({ en: 'Get it ready', de: 'Alles bereitmachen', fr: 'Préparer l’objet', es: 'Prepararlo' }, [
    leaf(10, {
      en: 'Gather all parts and the packaging',
      de: 'Alle Teile und die Verpackung zusammensuchen',
      fr: 'Rassembler toutes les pièces et l’emballage',
      es: 'Reunir todas las piezas y el embalaje',
    }),
    leaf(10, {
      en: 'Delete private data and pack it well',
      de: 'Private Daten löschen und gut verpacken',
      fr: 'Effacer les données privées et bien emballer',
      es: 'Borrar los datos privados y embalarlo bien',
    }),
  ]),
  core({ en: 'Give it back', de: 'Zurückgeben', fr: 'Le rendre', es: 'Devolverlo' }, [
    leaf(30, {
      en: 'Take it there, or send it with a tracking number',
      de: 'Hinbringen oder mit Sendungsnummer verschicken',
      fr: 'Le rapporter ou l’envoyer avec un numéro de suivi',
      es: 'Llevarlo o enviarlo con número de seguimiento',
    }),
    leaf(5, {
      en: 'Have it confirmed in writing',
      de: 'Schriftlich bestätigen lassen',
      fr: 'Demander une confirmation écrite',
      es: 'Pedir una confirmación por escrito',
    }),
  ]),
  group(
    {
      en: 'Follow it to the end',
      de: 'Bis zum Abschluss dranbleiben',
      fr: 'Suivre jusqu’au bout',
      es: 'Seguirlo hasta el final',
    },
    [
      leaf(5, {
        en: 'Check that the money or the replacement has arrived',
        de: 'Prüfen, ob Geld oder Ersatz angekommen ist',
        fr: 'Vérifier l’arrivée du remboursement ou du remplacement',
        es: 'Comprobar que ha llegado el dinero o el cambio',
      }),
      leaf(5, {
        en: 'If not, ask again in writing, and keep the proof until then',
        de: 'Sonst schriftlich nachfragen und die Belege so lange aufheben',
        fr: 'Sinon relancer par écrit et garder les preuves d’ici là',
        es: 'Si no, reclamar por escrito y guardar los comprobantes',
      }),
    ],
  ),
];
