/** The kinds of everyday tasks that the lexicon tells apart. */
export const TASK_KINDS = [
  'write',
  'make',
  'venture',
  'cook',
  'buy',
  'shop',
  'sell',
  'fix',
  'organise',
  'learn',
  'decide',
  'contact',
  'clean',
  'travel',
  'admin',
  'pay',
  'habit',
  'find',
  'research',
  'technical',
  'giveBack',
  'interview',
  'chore',
  'general',
] as const;

export type TaskKind = (typeof TASK_KINDS)[number];

/**
 * Words that speak for a kind: `verbs` name it outright, `things` are what it is usually done to, `hints` are verbs that
 * could mean several kinds. Folded words parted by spaces; `*` at the end stands for any ending.
 */
export interface KindWords {
  readonly verbs?: string;
  readonly things?: string;
  readonly hints?: string;
}

export type Lexicon = Readonly<Record<TaskKind, KindWords>>;
