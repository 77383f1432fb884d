import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const PAY: Frame = [
  group(
    {
      en: 'Look at what is to be paid: “{deliverable}”',
      de: 'Ansehen, was zu zahlen ist: „{deliverable}“',
      fr: 'Regarder ce qui est à payer : « {deliverable} »',
      es: 'Mirar lo que hay que pagar: «{deliverable}»',
    },
    [
      leaf(5, {
        en: 'Note amount and due date[ ({deadline})]',
        de: 'Betrag und Fälligkeit notieren[ ({deadline})]',
        fr: 'Noter le montant et l’échéance[ ({deadline})]',
        es: 'Anotar importe y vencimiento[ ({deadline})]',
      }),
      leaf(5, {
        en: 'Look out account and reference number',
        de: 'Kontodaten und Verwendungszweck heraussuchen',
        fr: 'Trouver les coordonnées de paiement et la référence',
        es: 'Buscar la cuenta y el número de referencia',
      }),
    ],
  ),
  group({ en: 'Check the amount', de: 'Den Betrag prüfen', fr: 'Vérifier le montant', es: 'Comprobar el importe' }, [
    leaf(5, {
      en: 'Compare it with what was agreed or used',
      de: 'Mit Vereinbarung oder Verbrauch vergleichen',
      fr: 'Comparer avec l’accord ou la consommation',
      es: 'Compararlo con lo acordado o consumido',
    }),
    leaf(5, {
      en: 'Ask about anything that is wrong before paying',
      de: 'Bei Fehlern vor dem Zahlen nachfragen',
      fr: 'En cas d’erreur, se renseigner avant de payer',
      es: 'Si hay algún error, preguntar antes de pagar',
    }),
  ]),
  group(
    { en: 'Have the money ready', de: 'Das Geld bereithalten', fr: 'Prévoir l’argent', es: 'Tener listo el dinero' },
    [
      leaf(5, {
        en: 'Choose how to pay',
        de: 'Die Zahlungsart wählen',
        fr: 'Choisir le mode de paiement',
        es: 'Elegir la forma de pago',
      }),
      leaf(5, {
        en: 'Check that the account covers it',
        de: 'Prüfen, ob das Konto gedeckt ist',
        fr: 'Vérifier que le compte est approvisionné',
        es: 'Comprobar que hay saldo suficiente',
      }),
    ],
  ),
  core({ en: 'Make the payment', de: 'Die Zahlung ausführen', fr: 'Effectuer le paiement', es: 'Hacer el pago' }, [
    group({ en: 'Pay in time', de: 'Rechtzeitig zahlen', fr: 'Payer à temps', es: 'Pagar a tiempo' }, [
      leaf(5, {
        en: 'Enter recipient, amount and reference',
        de: 'Empfänger, Betrag und Verwendungszweck eingeben',
        fr: 'Saisir le bénéficiaire, le montant et la référence',
        es: 'Introducir destinatario, importe y referencia',
      }),
      leaf(5, {
        en: 'Compare the numbers once more and confirm',
        de: 'Die Zahlen noch einmal vergleichen und freigeben',
        fr: 'Comparer encore une fois les chiffres et confirmer',
        es: 'Comparar otra vez los números y confirmar',
      }),
    ]),
    leaf(5, {
      en: 'Keep the confirmation',
      de: 'Die Bestätigung aufheben',
      fr: 'Garder la confirmation',
      es: 'Guardar la confirmación',
    }),
  ]),
  group({ en: 'Close the matter', de: 'Die Sache abschließen', fr: 'Clore le dossier', es: 'Cerrar el asunto' }, [
    leaf(5, {
      en: 'File the bill and mark it as paid',
      de: 'Den Beleg ablegen und als bezahlt vermerken',
      fr: 'Classer la facture et la noter comme payée',
      es: 'Archivar la factura y marcarla como pagada',
    }),
    leaf(5, {
      en: 'Set a reminder or a standing order if it comes again',
      de: 'Wenn sie wiederkommt, Erinnerung oder Dauerauftrag einrichten',
      fr: 'Si elle revient, prévoir un rappel ou un virement automatique',
      es: 'Si se repite, poner un recordatorio o domiciliarla',
    }),
  ]),
];
