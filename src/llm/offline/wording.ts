import type { Language } from '../language/language.js';

/** Quotation marks of a language around an excerpt. */
const QUOTES = {
  en: ['“', '”'],
  de: ['„', '“'],
  fr: ['« ', ' »'],
  es: ['«', '»'],
} satisfies Record<Language, readonly [string, string]>;

/** An excerpt in the quotation marks of the language. */
export function quoted(text: string, language: Language): string {
  const [open, close] = QUOTES[language];
  return `${open}${text}${close}`;
}

/** What a hint is about, as far as its words tell. */
export type HintKind = 'money' | 'time' | 'limit' | 'people' | 'other';

/** The sentences that every plan may need, whatever it is about. `…` stands for the quoted excerpt. */
export interface Wording {
  readonly given: string;
  readonly conditions: string;
  readonly hint: Readonly<Record<HintKind, string>>;
  readonly order: string;
  readonly gather: string;
  readonly checkOff: string;
  readonly group: string;
  readonly named: string;
  readonly further: string;
  readonly padding: readonly string[];
}

export const WORDING = {
  en: {
    given: 'As stated: …',
    conditions: 'Build the given conditions into the plan',
    hint: {
      money: 'Check every cost against: …',
      time: 'Arrange the schedule around: …',
      limit: 'Keep to this throughout: …',
      people: 'Clear this with the people concerned: …',
      other: 'Take into account: …',
    },
    order: 'Decide in which order to do these things',
    gather: 'Get ready what all of it needs',
    checkOff: 'Check that everything on the list is done',
    group: 'Points',
    named: 'Named: …',
    further: 'Go through the remaining points of the text',
    padding: [
      'Get ready what is needed',
      'Look at the result',
      'Note what is still open',
      'Settle the open points',
      'Put everything away',
    ],
  },
  de: {
    given: 'Laut Angabe: …',
    conditions: 'Die Vorgaben in den Plan einarbeiten',
    hint: {
      money: 'Alle Kosten damit abgleichen: …',
      time: 'Den Zeitplan darauf abstimmen: …',
      limit: 'Durchgehend beachten: …',
      people: 'Mit den Beteiligten klären: …',
      other: 'Berücksichtigen: …',
    },
    order: 'Die Reihenfolge festlegen',
    gather: 'Alles bereitlegen, was gebraucht wird',
    checkOff: 'Prüfen, ob alles auf der Liste erledigt ist',
    group: 'Punkte',
    named: 'Genannt: …',
    further: 'Die übrigen Punkte des Textes durchgehen',
    padding: [
      'Bereitlegen, was gebraucht wird',
      'Das Ergebnis ansehen',
      'Notieren, was noch offen ist',
      'Offene Punkte klären',
      'Alles aufräumen',
    ],
  },
  fr: {
    given: 'Indiqué : …',
    conditions: 'Intégrer les conditions données au plan',
    hint: {
      money: 'Comparer chaque dépense avec : …',
      time: 'Organiser le calendrier autour de : …',
      limit: 'Respecter du début à la fin : …',
      people: 'Voir avec les personnes concernées : …',
      other: 'Tenir compte de : …',
    },
    order: 'Décider dans quel ordre faire ces tâches',
    gather: 'Préparer tout ce qu’il faut',
    checkOff: 'Vérifier que tout est fait sur la liste',
    group: 'Points',
    named: 'Cités : …',
    further: 'Passer en revue les autres points du texte',
    padding: [
      'Préparer ce qu’il faut',
      'Regarder le résultat',
      'Noter ce qui reste à faire',
      'Régler les points en suspens',
      'Tout ranger',
    ],
  },
  es: {
    given: 'Según lo indicado: …',
    conditions: 'Incorporar las condiciones dadas al plan',
    hint: {
      money: 'Comparar cada gasto con: …',
      time: 'Ajustar el calendario a: …',
      limit: 'Respetar en todo momento: …',
      people: 'Aclararlo con las personas implicadas: …',
      other: 'Tener en cuenta: …',
    },
    order: 'Decidir en qué orden hacerlo todo',
    gather: 'Preparar todo lo necesario',
    checkOff: 'Comprobar que todo lo de la lista está hecho',
    group: 'Puntos',
    named: 'Mencionado: …',
    further: 'Repasar los demás puntos del texto',
    padding: [
      'Preparar lo necesario',
      'Mirar el resultado',
      'Anotar lo que queda pendiente',
      'Resolver lo pendiente',
      'Recogerlo todo',
    ],
  },
} satisfies Record<Language, Wording>;
