import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const ADMIN: Frame = [
  group(
    {
      en: 'Find out what is required: “{deliverable}”',
      de: 'Herausfinden, was verlangt wird: „{deliverable}“',
      fr: 'Se renseigner sur ce qui est exigé : « {deliverable} »',
      es: 'Averiguar qué se exige: «{deliverable}»',
    },
    [
      leaf(15, {
        en: 'Look up the responsible office or firm and its conditions',
        de: 'Zuständige Stelle oder Firma und ihre Bedingungen nachsehen',
        fr: 'Chercher le service compétent et ses conditions',
        es: 'Consultar el organismo o la empresa y sus condiciones',
      }),
      leaf(5, {
        en: 'Note deadlines, fees and notice periods',
        de: 'Fristen, Gebühren und Kündigungsfristen notieren',
        fr: 'Noter délais, frais et préavis',
        es: 'Anotar plazos, tasas y preavisos',
      }),
    ],
  ),
  group(
    {
      en: 'Collect the papers',
      de: 'Unterlagen zusammenstellen',
      fr: 'Rassembler les documents',
      es: 'Reunir los documentos',
    },
    [
      leaf(20, {
        en: 'Look out identity papers, numbers and proofs',
        de: 'Ausweis, Nummern und Nachweise heraussuchen',
        fr: 'Réunir pièces d’identité, numéros et justificatifs',
        es: 'Buscar identificación, números y justificantes',
      }),
      leaf(15, {
        en: 'Get what is missing',
        de: 'Fehlendes besorgen',
        fr: 'Se procurer ce qui manque',
        es: 'Conseguir lo que falte',
      }),
    ],
  ),
  core(
    {
      en: 'Fill in the form or write the letter',
      de: 'Formular ausfüllen oder Schreiben aufsetzen',
      fr: 'Remplir le formulaire ou rédiger le courrier',
      es: 'Rellenar el formulario o redactar el escrito',
    },
    [
      group(
        { en: 'Put in the details', de: 'Die Angaben eintragen', fr: 'Saisir les informations', es: 'Poner los datos' },
        [
          leaf(20, {
            en: 'Fill in everything that is clear',
            de: 'Alles Klare ausfüllen',
            fr: 'Remplir tout ce qui est clair',
            es: 'Rellenar todo lo que esté claro',
          }),
          leaf(10, {
            en: 'Ask about unclear points',
            de: 'Unklares nachfragen',
            fr: 'Demander pour les points obscurs',
            es: 'Preguntar lo que no esté claro',
          }),
        ],
      ),
      leaf(5, {
        en: 'Check it against the requirements',
        de: 'Mit den Anforderungen abgleichen',
        fr: 'Vérifier par rapport aux exigences',
        es: 'Cotejarlo con los requisitos',
      }),
    ],
  ),
  group({ en: 'Hand it in', de: 'Einreichen', fr: 'Déposer la demande', es: 'Presentarlo' }, [
    leaf(15, {
      en: 'Make an appointment, send it or submit it online',
      de: 'Termin vereinbaren, abschicken oder online einreichen',
      fr: 'Prendre rendez-vous, envoyer ou déposer en ligne',
      es: 'Pedir cita, enviarlo o presentarlo en línea',
    }),
    leaf(5, {
      en: 'Pay what is due and keep the proof',
      de: 'Fälliges bezahlen und Beleg aufheben',
      fr: 'Payer les frais et garder la preuve',
      es: 'Pagar lo que corresponda y guardar el comprobante',
    }),
  ]),
  group(
    {
      en: 'Follow it to the end',
      de: 'Bis zum Abschluss verfolgen',
      fr: 'Suivre jusqu’au bout',
      es: 'Seguirlo hasta el final',
    },
    [
      leaf(5, {
        en: 'Set a reminder to ask after it',
        de: 'Erinnerung zum Nachfragen setzen',
        fr: 'Mettre un rappel pour relancer',
        es: 'Poner un recordatorio para preguntar',
      }),
      leaf(10, {
        en: 'Check the confirmation and file everything',
        de: 'Bestätigung prüfen und alles ablegen',
        fr: 'Vérifier la confirmation et tout classer',
        es: 'Comprobar la confirmación y archivarlo todo',
      }),
    ],
  ),
];
