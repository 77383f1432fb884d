import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const HABIT: Frame = [
  group(
    {
      en: 'Make the goal concrete: “{deliverable}”',
      de: 'Das Ziel greifbar machen: „{deliverable}“',
      fr: 'Rendre l’objectif concret : « {deliverable} »',
      es: 'Concretar la meta: «{deliverable}»',
    },
    [
      leaf(10, {
        en: 'Say what will be different, in figures where possible',
        de: 'Festhalten, was anders sein wird, möglichst in Zahlen',
        fr: 'Dire ce qui aura changé, si possible en chiffres',
        es: 'Decir qué será distinto, si se puede con cifras',
      }),
      leaf(10, {
        en: 'Write down why it matters',
        de: 'Aufschreiben, warum es wichtig ist',
        fr: 'Noter pourquoi c’est important',
        es: 'Anotar por qué importa',
      }),
    ],
  ),
  group(
    {
      en: 'See where things stand today',
      de: 'Den heutigen Stand erfassen',
      fr: 'Faire le point sur la situation actuelle',
      es: 'Ver la situación actual',
    },
    [
      leaf(15, {
        en: 'Keep a note of it for one week',
        de: 'Eine Woche lang mitschreiben',
        fr: 'Tenir un relevé pendant une semaine',
        es: 'Llevar un registro durante una semana',
      }),
      leaf(10, {
        en: 'Find the moments that make it hard',
        de: 'Die schwierigen Momente finden',
        fr: 'Repérer les moments difficiles',
        es: 'Detectar los momentos difíciles',
      }),
    ],
  ),
  group(
    {
      en: 'Choose one small change to begin with',
      de: 'Eine kleine Änderung für den Anfang wählen',
      fr: 'Choisir un petit changement pour commencer',
      es: 'Elegir un pequeño cambio para empezar',
    },
    [
      leaf(10, {
        en: 'Take a step that works even on a bad day',
        de: 'Einen Schritt nehmen, der auch an schlechten Tagen geht',
        fr: 'Prendre un pas faisable même un mauvais jour',
        es: 'Elegir un paso posible incluso en un mal día',
      }),
      leaf(5, {
        en: 'Tie it to a fixed time or an existing habit',
        de: 'An eine feste Zeit oder Gewohnheit knüpfen',
        fr: 'Le lier à une heure fixe ou à une habitude existante',
        es: 'Unirlo a una hora fija o a un hábito existente',
      }),
      leaf(10, {
        en: 'Get support where needed, medical advice included',
        de: 'Bei Bedarf Unterstützung holen, auch ärztlichen Rat',
        fr: 'Chercher du soutien si besoin, y compris un avis médical',
        es: 'Buscar apoyo si hace falta, también consejo médico',
      }),
    ],
  ),
  core(
    {
      en: 'Keep it up for two to four weeks',
      de: 'Zwei bis vier Wochen durchhalten',
      fr: 'Tenir deux à quatre semaines',
      es: 'Mantenerlo de dos a cuatro semanas',
    },
    [
      group(
        {
          en: 'Make it easy to keep',
          de: 'Das Durchhalten leicht machen',
          fr: 'Se faciliter la tâche',
          es: 'Hacerlo fácil',
        },
        [
          leaf(15, {
            en: 'Prepare things the day before and clear hindrances away',
            de: 'Am Vortag vorbereiten und Hindernisse wegräumen',
            fr: 'Préparer la veille et écarter les obstacles',
            es: 'Preparar las cosas el día antes y quitar obstáculos',
          }),
          leaf(10, {
            en: 'Plan what to do after a slip',
            de: 'Überlegen, was nach einem Rückfall hilft',
            fr: 'Prévoir quoi faire après un écart',
            es: 'Pensar qué hacer tras un tropiezo',
          }),
        ],
      ),
      leaf(15, { en: 'Tick off each day', de: 'Jeden Tag abhaken', fr: 'Cocher chaque jour', es: 'Marcar cada día' }),
    ],
  ),
  group(
    {
      en: 'Review and take the next step',
      de: 'Bilanz ziehen und den nächsten Schritt gehen',
      fr: 'Faire le bilan et passer à la suite',
      es: 'Hacer balance y dar el siguiente paso',
    },
    [
      leaf(10, {
        en: 'Compare with the start',
        de: 'Mit dem Anfang vergleichen',
        fr: 'Comparer avec le début',
        es: 'Comparar con el principio',
      }),
      leaf(10, {
        en: 'Keep what works and raise it a little',
        de: 'Behalten, was wirkt, und etwas steigern',
        fr: 'Garder ce qui marche et augmenter un peu',
        es: 'Mantener lo que funciona y aumentar un poco',
      }),
    ],
  ),
];
