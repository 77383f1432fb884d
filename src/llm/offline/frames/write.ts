import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const WRITE: Frame = [
  group(
    {
      en: 'Settle purpose, readers and length: “{deliverable}”',
      de: 'Zweck, Leserschaft und Umfang klären: „{deliverable}“',
      fr: 'Fixer le but, le public et la longueur : « {deliverable} »',
      es: 'Aclarar el propósito, los lectores y la extensión: «{deliverable}»',
    },
    [
      leaf(10, {
        en: 'Say in one sentence what the text should achieve',
        de: 'In einem Satz festhalten, was der Text erreichen soll',
        fr: 'Dire en une phrase ce que le texte doit obtenir',
        es: 'Decir en una frase qué debe lograr el texto',
      }),
      leaf(10, {
        en: 'Note the rules for form, length and date',
        de: 'Vorgaben zu Form, Umfang und Termin notieren',
        fr: 'Noter les consignes de forme, de longueur et de délai',
        es: 'Anotar los requisitos de forma, extensión y plazo',
      }),
    ],
  ),
  group(
    {
      en: 'Gather the material and make an outline',
      de: 'Material sammeln und gliedern',
      fr: 'Rassembler la matière et faire un plan',
      es: 'Reunir el material y hacer un esquema',
    },
    [
      leaf(30, {
        en: 'Collect facts, sources and examples',
        de: 'Fakten, Quellen und Beispiele sammeln',
        fr: 'Réunir faits, sources et exemples',
        es: 'Reunir datos, fuentes y ejemplos',
      }),
      leaf(20, {
        en: 'Put the main points in order, one line each',
        de: 'Die Hauptpunkte ordnen, je eine Zeile',
        fr: 'Ordonner les idées principales, une ligne chacune',
        es: 'Ordenar las ideas principales, una línea cada una',
      }),
    ],
  ),
  core(
    {
      en: 'Write the first draft',
      de: 'Den ersten Entwurf schreiben',
      fr: 'Rédiger le premier jet',
      es: 'Escribir el primer borrador',
    },
    [
      group(
        {
          en: 'Write the main part without polishing yet',
          de: 'Den Hauptteil schreiben, noch ohne Feinschliff',
          fr: 'Rédiger la partie principale sans encore peaufiner',
          es: 'Escribir la parte principal sin pulirla todavía',
        },
        [
          leaf(50, {
            en: 'Turn each point of the outline into a paragraph',
            de: 'Jeden Punkt der Gliederung zu einem Absatz machen',
            fr: 'Transformer chaque point du plan en paragraphe',
            es: 'Convertir cada punto del esquema en un párrafo',
          }),
          leaf(10, {
            en: 'Mark the gaps instead of stopping at them',
            de: 'Lücken markieren, statt an ihnen hängen zu bleiben',
            fr: 'Marquer les lacunes au lieu de s’y arrêter',
            es: 'Marcar los huecos en lugar de detenerse en ellos',
          }),
        ],
      ),
      leaf(20, {
        en: 'Add the beginning and the end',
        de: 'Anfang und Schluss ergänzen',
        fr: 'Ajouter le début et la fin',
        es: 'Añadir el principio y el final',
      }),
    ],
  ),
  group(
    {
      en: 'Revise the draft',
      de: 'Den Entwurf überarbeiten',
      fr: 'Relire et améliorer le texte',
      es: 'Revisar el borrador',
    },
    [
      leaf(25, {
        en: 'Check the line of thought and cut what is not needed',
        de: 'Den roten Faden prüfen und Überflüssiges streichen',
        fr: 'Vérifier le fil et supprimer le superflu',
        es: 'Comprobar el hilo y quitar lo que sobra',
      }),
      leaf(15, {
        en: 'Correct wording and spelling, best by reading aloud',
        de: 'Ausdruck und Rechtschreibung verbessern, am besten beim lauten Lesen',
        fr: 'Corriger le style et l’orthographe, de préférence à voix haute',
        es: 'Corregir el estilo y la ortografía, mejor leyendo en voz alta',
      }),
      leaf(15, {
        en: 'Let someone else read it',
        de: 'Jemanden gegenlesen lassen',
        fr: 'Faire relire par quelqu’un',
        es: 'Pedir a alguien que lo lea',
      }),
    ],
  ),
  group(
    {
      en: 'Finish it and hand it over',
      de: 'Fertigstellen und abgeben',
      fr: 'Mettre au propre et remettre',
      es: 'Dar el acabado final y entregar',
    },
    [
      leaf(15, {
        en: 'Bring it into its final form',
        de: 'In die endgültige Form bringen',
        fr: 'Lui donner sa forme définitive',
        es: 'Darle su forma definitiva',
      }),
      leaf(5, {
        en: 'Send or present it and keep a copy',
        de: 'Abschicken oder vortragen und eine Kopie behalten',
        fr: 'L’envoyer ou le présenter et garder une copie',
        es: 'Enviarlo o presentarlo y guardar una copia',
      }),
    ],
  ),
];
