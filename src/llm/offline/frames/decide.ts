import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const DECIDE: Frame = [
  group(
    {
      en: 'Put the decision into one clear question: “{deliverable}”',
      de: 'Die Entscheidung als klare Frage formulieren: „{deliverable}“',
      fr: 'Formuler la décision en une question claire : « {deliverable} »',
      es: 'Formular la decisión como una pregunta clara: «{deliverable}»',
    },
    [
      leaf(10, {
        en: 'Say why and by when it must be decided[ ({deadline})]',
        de: 'Notieren, warum und bis wann zu entscheiden ist[ ({deadline})]',
        fr: 'Dire pourquoi et pour quand il faut décider[ ({deadline})]',
        es: 'Decir por qué y para cuándo hay que decidir[ ({deadline})]',
      }),
      leaf(10, {
        en: 'Note who is affected or must agree[ ({people})]',
        de: 'Notieren, wen es betrifft oder wer zustimmen muss[ ({people})]',
        fr: 'Noter qui est concerné ou doit être d’accord[ ({people})]',
        es: 'Anotar a quién afecta o quién debe estar de acuerdo[ ({people})]',
      }),
    ],
  ),
  core(
    {
      en: 'List the real options',
      de: 'Die echten Möglichkeiten auflisten',
      fr: 'Lister les vraies options',
      es: 'Enumerar las opciones reales',
    },
    [
      leaf(15, {
        en: 'Write down all options, “leave it as it is” included',
        de: 'Alle Möglichkeiten notieren, auch „so lassen“',
        fr: 'Noter toutes les options, y compris « ne rien changer »',
        es: 'Anotar todas las opciones, también «dejarlo como está»',
      }),
      group(
        {
          en: 'Find the missing facts',
          de: 'Fehlende Fakten beschaffen',
          fr: 'Trouver les faits manquants',
          es: 'Buscar los datos que falten',
        },
        [
          leaf(20, {
            en: 'Look up costs, times and conditions',
            de: 'Kosten, Fristen und Bedingungen nachsehen',
            fr: 'Chercher coûts, délais et conditions',
            es: 'Consultar costes, plazos y condiciones',
          }),
          leaf(20, {
            en: 'Ask someone who has been there',
            de: 'Jemanden mit Erfahrung fragen',
            fr: 'Demander à quelqu’un qui l’a vécu',
            es: 'Preguntar a alguien con experiencia',
          }),
        ],
      ),
    ],
  ),
  group(
    {
      en: 'Say what matters, in order',
      de: 'Festlegen, was zählt, der Reihe nach',
      fr: 'Dire ce qui compte, par ordre',
      es: 'Decir qué importa, por orden',
    },
    [
      leaf(10, {
        en: 'Choose three to five criteria',
        de: 'Drei bis fünf Kriterien wählen',
        fr: 'Choisir trois à cinq critères',
        es: 'Elegir de tres a cinco criterios',
      }),
      leaf(5, {
        en: 'Mark the ones that rule an option out',
        de: 'Ausschlusskriterien markieren',
        fr: 'Marquer les critères éliminatoires',
        es: 'Marcar los criterios excluyentes',
      }),
    ],
  ),
  group(
    {
      en: 'Weigh the options against it',
      de: 'Die Möglichkeiten daran messen',
      fr: 'Évaluer les options selon ces critères',
      es: 'Valorar las opciones según esos criterios',
    },
    [
      leaf(15, {
        en: 'Rate each option on each criterion',
        de: 'Jede Möglichkeit nach jedem Kriterium bewerten',
        fr: 'Noter chaque option sur chaque critère',
        es: 'Puntuar cada opción en cada criterio',
      }),
      leaf(10, {
        en: 'Think through the worst outcome of the best two',
        de: 'Bei den besten zwei den schlechtesten Ausgang durchdenken',
        fr: 'Imaginer le pire résultat des deux meilleures',
        es: 'Pensar en el peor resultado de las dos mejores',
      }),
    ],
  ),
  group(
    {
      en: 'Decide and take the first step',
      de: 'Entscheiden und den ersten Schritt tun',
      fr: 'Décider et faire le premier pas',
      es: 'Decidir y dar el primer paso',
    },
    [
      leaf(10, {
        en: 'Sleep on it once, then choose',
        de: 'Einmal darüber schlafen, dann wählen',
        fr: 'Laisser passer une nuit, puis choisir',
        es: 'Consultarlo con la almohada y elegir',
      }),
      leaf(10, {
        en: 'Tell those concerned and note a date to review it',
        de: 'Betroffene informieren und Termin zum Überprüfen notieren',
        fr: 'Informer les personnes concernées et noter une date de bilan',
        es: 'Informar a los afectados y anotar una fecha para revisarlo',
      }),
    ],
  ),
];
