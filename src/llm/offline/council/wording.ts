import type { Language } from '../../language/language.js';

/** What the offline council says around the plan that it makes. `…` stands for the quoted goal. */
export interface CouncilWording {
  /** Stands at the head of every text, so that nobody takes it for a model's. */
  readonly label: string;
  readonly questions: readonly string[];
  readonly unknowns: Readonly<Record<'deadline' | 'people' | 'place', string>>;
  readonly part: string;
  readonly minutes: string;
  readonly nothingNew: string;
  readonly byLength: string;
  readonly inOrder: string;
  readonly open: string;
  readonly owner: string;
}

export const COUNCIL_WORDING = {
  en: {
    label: 'Made offline, without a language model.',
    questions: [
      'When does … count as done?',
      'What does … need before it can begin?',
      'In which order should it be done?',
    ],
    unknowns: {
      deadline: 'By when it has to be done',
      people: 'Who takes part or has to be asked',
      place: 'Where it takes place',
    },
    part: 'Of …, this part deserves the most care:',
    minutes: 'minutes',
    nothingNew: 'The points of the others change nothing about it.',
    byLength: 'Ranked by length alone: the fuller answer first.',
    inOrder: 'The way to …, in order:',
    open: 'Still open:',
    owner: 'Whoever owns the goal',
  },
  de: {
    label: 'Offline erstellt, ohne Sprachmodell.',
    questions: [
      'Wann gilt … als erledigt?',
      'Was braucht … vor dem Beginn?',
      'In welcher Reihenfolge sollte es geschehen?',
    ],
    unknowns: {
      deadline: 'Bis wann es erledigt sein muss',
      people: 'Wer mitmacht oder gefragt werden muss',
      place: 'Wo es stattfindet',
    },
    part: 'Bei … verdient dieser Teil die meiste Sorgfalt:',
    minutes: 'Minuten',
    nothingNew: 'Die Punkte der anderen ändern daran nichts.',
    byLength: 'Allein nach der Länge geordnet: die ausführlichere Antwort zuerst.',
    inOrder: 'Der Weg zu …, der Reihe nach:',
    open: 'Noch offen:',
    owner: 'Wer das Ziel verantwortet',
  },
  fr: {
    label: 'Fait hors ligne, sans modèle de langage.',
    questions: ['Quand … sera-t-il terminé ?', 'Que faut-il à … avant de commencer ?', 'Dans quel ordre procéder ?'],
    unknowns: {
      deadline: 'Pour quand cela doit être fait',
      people: 'Qui participe ou doit être consulté',
      place: 'Où cela se passe',
    },
    part: 'Dans …, cette partie mérite le plus de soin :',
    minutes: 'minutes',
    nothingNew: 'Les remarques des autres n’y changent rien.',
    byLength: 'Classé selon la seule longueur : la réponse la plus complète d’abord.',
    inOrder: 'Le chemin vers …, dans l’ordre :',
    open: 'Reste à savoir :',
    owner: 'La personne qui porte l’objectif',
  },
  es: {
    label: 'Hecho sin conexión, sin modelo de lenguaje.',
    questions: ['¿Cuándo se dará … por hecho?', '¿Qué necesita … antes de empezar?', '¿En qué orden conviene hacerlo?'],
    unknowns: {
      deadline: 'Para cuándo debe estar hecho',
      people: 'Quién participa o debe ser consultado',
      place: 'Dónde tiene lugar',
    },
    part: 'De …, esta parte merece el mayor cuidado:',
    minutes: 'minutos',
    nothingNew: 'Los puntos de los demás no lo cambian.',
    byLength: 'Ordenado solo por la extensión: primero la respuesta más completa.',
    inOrder: 'El camino hacia …, por orden:',
    open: 'Queda por saber:',
    owner: 'Quien responde del objetivo',
  },
} as const satisfies Record<Language, CouncilWording>;
