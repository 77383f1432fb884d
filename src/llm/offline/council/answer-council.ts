import { detectLanguage } from '../../language/detect-language.js';
import { planTask } from '../plan-task.js';
import type { PlannedStep } from '../planned-step.js';
import { readTask, type TaskReading } from '../reading/task-reading.js';
import { quoted } from '../wording.js';
import type { CouncilEnvelope } from './envelope.js';
import { COUNCIL_WORDING, type CouncilWording } from './wording.js';

const MEDIUM = 3;
const MOST_ACTIONS = 12;

type EnvelopeOf<K extends CouncilEnvelope['kind']> = Extract<CouncilEnvelope, { kind: K }>;

/** What the texts of one goal are made from. */
interface Matter {
  readonly reading: TaskReading;
  readonly steps: readonly PlannedStep[];
  readonly words: CouncilWording;
  readonly named: (sentence: string) => string;
}

/**
 * Answers for a council, as the message content. A minimal council, for trying out: each member speaks for a part of the offline
 * plan, everybody ranks by length, and all texts say that no model has made them. The same request has the same answer.
 */
export function answerCouncil(asked: CouncilEnvelope): string {
  const matter = matterOf(asked);
  switch (asked.kind) {
    case 'council.frame':
      return JSON.stringify(framing(asked, matter));
    case 'council.contribute':
      return contribution(asked, matter);
    case 'council.facilitate':
      // The members repeat themselves: all is said.
      return JSON.stringify({ score: 1, novelty: 0 });
    case 'council.vote':
      return vote(asked, matter);
    case 'council.synthesise':
      return synthesis(asked, matter);
    case 'council.plan':
      return JSON.stringify({ actions: actions(matter) });
    default:
      return asked satisfies never;
  }
}

function matterOf({ goal, constraints }: CouncilEnvelope): Matter {
  const reading = readTask(goal, detectLanguage(goal));
  const name = quoted(reading.slots.deliverable ?? '…', reading.language);
  return {
    reading,
    steps: planTask({ task: goal, granularity: MEDIUM, hints: constraints, template: null }),
    words: COUNCIL_WORDING[reading.language],
    named: (sentence) => sentence.replace('…', () => name),
  };
}

function framing({ constraints }: EnvelopeOf<'council.frame'>, { reading, words, named }: Matter) {
  const { deadline, people, recipient, place } = reading.slots;
  return {
    questions: words.questions.map(named),
    constraints,
    unknowns: [
      ...(deadline === undefined ? [words.unknowns.deadline] : []),
      ...(people === undefined && recipient === undefined ? [words.unknowns.people] : []),
      ...(place === undefined ? [words.unknowns.place] : []),
    ],
  };
}

/** Each participant takes the step of its own number, so that there is something to choose from. */
function contribution({ you, round }: EnvelopeOf<'council.contribute'>, { steps, words, named }: Matter): string {
  const turn = Math.max(1, Number(/\d{1,2}$/.exec(you)?.[0] ?? 1)) - 1;
  const step = steps[turn % Math.max(1, steps.length)];
  return [
    words.label,
    ...(round > 1 ? [words.nothingNew] : []),
    named(words.part),
    ...(step === undefined ? [] : [`${step.title} (${step.estimate_minutes} ${words.minutes})`]),
    ...(step?.detail === undefined ? [] : [step.detail]),
    ...(step?.substeps ?? []).map(({ title }) => `- ${title}`),
  ].join('\n');
}

function vote({ responses }: EnvelopeOf<'council.vote'>, { words }: Matter): string {
  const longestFirst = responses.toSorted(
    (one, other) => other.text.length - one.text.length || (one.text < other.text ? -1 : 1),
  );
  const list = longestFirst.map(({ label }, index) => `${index + 1}. ${label}`);
  return [words.label, words.byLength, '', 'FINAL RANKING:', ...list].join('\n');
}

function synthesis(
  { framing: { unknowns } }: EnvelopeOf<'council.synthesise'>,
  { steps, words, named }: Matter,
): string {
  const way = steps.map(({ title }, index) => `${index + 1}. ${title}`);
  const open = unknowns.length === 0 ? [] : ['', words.open, ...unknowns.map((unknown) => `- ${unknown}`)];
  return [words.label, '', named(words.inOrder), ...way, ...open].join('\n');
}

function actions({ steps, words }: Matter) {
  const orders = new Map(steps.map(({ id }, index) => [id, index + 1]));
  return steps.slice(0, MOST_ACTIONS).map(({ title, detail, substeps, estimate_minutes, depends_on }, index) => ({
    order: index + 1,
    title,
    detail: detail ?? substeps.map((substep) => substep.title).join('; '),
    depends_on: depends_on.flatMap((id) => orders.get(id) ?? []),
    estimate_minutes,
    owner_role: words.owner,
    first_step: substeps[0]?.title ?? title,
  }));
}
