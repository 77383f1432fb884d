import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const SELL: Frame = [
  group(
    {
      en: 'Get ready what is to be sold: “{deliverable}”',
      de: 'Zum Verkauf vorbereiten: „{deliverable}“',
      fr: 'Préparer ce qui est à vendre : « {deliverable} »',
      es: 'Preparar lo que se vende: «{deliverable}»',
    },
    [
      leaf(20, {
        en: 'Clean it and check its condition honestly',
        de: 'Reinigen und den Zustand ehrlich prüfen',
        fr: 'Nettoyer et évaluer honnêtement l’état',
        es: 'Limpiarlo y valorar su estado con honestidad',
      }),
      leaf(15, {
        en: 'Find papers, accessories and receipts',
        de: 'Papiere, Zubehör und Belege heraussuchen',
        fr: 'Retrouver papiers, accessoires et factures',
        es: 'Buscar papeles, accesorios y recibos',
      }),
    ],
  ),
  group({ en: 'Set the price', de: 'Den Preis festlegen', fr: 'Fixer le prix', es: 'Fijar el precio' }, [
    leaf(15, {
      en: 'See what comparable offers ask',
      de: 'Vergleichbare Angebote ansehen',
      fr: 'Regarder les offres comparables',
      es: 'Ver ofertas comparables',
    }),
    leaf(5, {
      en: 'Settle asking price and lowest price',
      de: 'Wunschpreis und Untergrenze festlegen',
      fr: 'Décider du prix demandé et du prix plancher',
      es: 'Decidir el precio de salida y el mínimo',
    }),
  ]),
  core({ en: 'Write the offer', de: 'Das Angebot erstellen', fr: 'Rédiger l’annonce', es: 'Redactar el anuncio' }, [
    group({ en: 'Show it well', de: 'Gut darstellen', fr: 'Bien le présenter', es: 'Presentarlo bien' }, [
      leaf(15, {
        en: 'Take clear photos in daylight, faults included',
        de: 'Klare Fotos bei Tageslicht machen, auch von Mängeln',
        fr: 'Prendre des photos nettes à la lumière du jour, défauts compris',
        es: 'Hacer fotos claras con luz natural, también de los defectos',
      }),
      leaf(15, {
        en: 'Describe condition, measures and pick-up',
        de: 'Zustand, Maße und Abholung beschreiben',
        fr: 'Décrire l’état, les mesures et le retrait',
        es: 'Describir el estado, las medidas y la recogida',
      }),
    ]),
    leaf(10, {
      en: 'Choose where to offer it and publish',
      de: 'Plattform wählen und veröffentlichen',
      fr: 'Choisir où le proposer et publier',
      es: 'Elegir dónde ofrecerlo y publicar',
    }),
  ]),
  group(
    {
      en: 'Talk to buyers',
      de: 'Mit Interessenten sprechen',
      fr: 'Échanger avec les acheteurs',
      es: 'Hablar con los interesados',
    },
    [
      leaf(15, {
        en: 'Answer questions and agree on a viewing',
        de: 'Fragen beantworten und Besichtigung vereinbaren',
        fr: 'Répondre aux questions et convenir d’une visite',
        es: 'Responder preguntas y acordar una visita',
      }),
      leaf(10, {
        en: 'Settle price and payment in writing',
        de: 'Preis und Zahlung schriftlich festhalten',
        fr: 'Fixer prix et paiement par écrit',
        es: 'Dejar por escrito precio y pago',
      }),
    ],
  ),
  group({ en: 'Hand it over', de: 'Übergeben', fr: 'Remettre l’objet', es: 'Entregarlo' }, [
    leaf(10, {
      en: 'Take the payment before or at hand-over',
      de: 'Zahlung vor oder bei der Übergabe annehmen',
      fr: 'Encaisser avant ou au moment de la remise',
      es: 'Cobrar antes o al entregarlo',
    }),
    leaf(5, {
      en: 'Take down the offer and keep the proof',
      de: 'Anzeige löschen und Nachweis aufheben',
      fr: 'Retirer l’annonce et garder la preuve',
      es: 'Retirar el anuncio y guardar el comprobante',
    }),
  ]),
];
