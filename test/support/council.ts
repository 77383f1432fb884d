import type { Answer } from '../../src/features/sessions/council/answers/answer.js';
import { read } from '../../src/features/sessions/council/answers/read-answer.js';
import type { CallSpec } from '../../src/features/sessions/council/calls.js';
import { absent, follow, next, opening, type Next } from '../../src/features/sessions/council/council.js';
import type { CouncilEvent, LoggedEvent } from '../../src/features/sessions/council/events.js';
import { labelsFor } from '../../src/features/sessions/council/labels.js';
import type { CouncilSpec } from '../../src/features/sessions/council/spec.js';
import { fold, type CouncilState } from '../../src/features/sessions/council/state.js';

export function councilSpec(size = 5, more: Partial<CouncilSpec> = {}): CouncilSpec {
  return {
    seed: 'ses_1',
    goal: 'Open a second bakery in the old station by June',
    context: null,
    constraints: ['No loans'],
    seats: Array.from({ length: size }, (_, index) => ({
      seat: `seat-${index + 1}`,
      persona: `persona-${index + 1}`,
      model: `fake/model-${index + 1}`,
    })),
    maxRounds: 3,
    quorum: Math.floor(size / 2) + 1,
    ...more,
  };
}

/** The log as it is read back: through JSON, so that nothing can hide in objects. */
export function asLogged(events: readonly CouncilEvent[]): readonly LoggedEvent[] {
  const stored = events.map(({ type, data }) => ({ event_type: type, event_version: 1, data }));
  return JSON.parse(JSON.stringify(stored)) as readonly LoggedEvent[];
}

/** Message content, or the error code with which the call failed for good. */
export type Reply = { readonly content: string } | { readonly code: string };

export type Answerer = (call: CallSpec, state: CouncilState) => Reply | Promise<Reply>;

export interface CouncilRun {
  readonly events: readonly CouncilEvent[];
  /** Keys of calls, in the order in which they were answered or failed. */
  readonly asked: readonly string[];
  readonly end: Exclude<Next, { kind: 'ask' | 'record' }>;
  readonly state: CouncilState;
}

export interface RunOptions {
  readonly answerer: Answerer;
  /** Which of the missing calls is answered first. */
  readonly pick?: (calls: readonly CallSpec[]) => CallSpec | undefined;
  readonly log?: readonly CouncilEvent[];
}

/**
 * Drives a council to its end, as a worker would: fold, next, ask all, follow one by one. The state always comes from the whole
 * log. When the quorum is lost, what is in flight is waited for.
 */
export async function runCouncil(
  spec: CouncilSpec,
  { answerer, pick = ([first]) => first, log = opening(spec) }: RunOptions,
): Promise<CouncilRun> {
  const events = [...log];
  const asked: string[] = [];
  let inFlight: readonly CallSpec[] = [];
  for (;;) {
    const state = fold(asLogged(events));
    const step = next(spec, state);
    if (step.kind === 'record') {
      events.push(...step.events);
      continue;
    }
    if (step.kind === 'ask') inFlight = step.calls;
    else if (step.kind === 'complete' || inFlight.length === 0) return { events, asked, end: step, state };
    const call = pick(inFlight);
    if (call === undefined) throw new Error('The council asks for nothing and does not end.');
    inFlight = inFlight.filter(({ key }) => key !== call.key);
    asked.push(call.key);
    events.push(...eventsOf(await answerer(call, state), call, spec, state));
  }
}

function eventsOf(reply: Reply, call: CallSpec, spec: CouncilSpec, state: CouncilState): readonly CouncilEvent[] {
  if ('code' in reply) return absent(spec, state, call.key, reply.code);
  return follow(spec, state, call.key, answerIn(reply.content, call, spec, state));
}

function answerIn(content: string, call: CallSpec, spec: CouncilSpec, state: CouncilState): Answer {
  const reading = read(call, spec, state)(content);
  if (!reading.ok) throw new Error(`${call.key}: ${reading.complaint}`);
  return reading.value;
}

/** Answers every call; seats with smaller numbers are liked better by all. */
export function contentFor(call: CallSpec, spec: CouncilSpec, labels: (voter: string) => readonly string[]): string {
  switch (call.kind) {
    case 'frame':
      return JSON.stringify({
        questions: ['Where does the flour come from?'],
        constraints: ['No loans'],
        unknowns: [],
      });
    case 'contribute':
      return `Point of ${call.seat} in round ${call.round}`;
    case 'facilitate':
      return JSON.stringify({ score: 0.5, novelty: 0.5 });
    case 'vote':
      return ['FINAL RANKING:', ...labels(call.seat).map((label, index) => `${index + 1}. Response ${label}`)].join(
        '\n',
      );
    case 'synthesise':
      return `Synthesis for ${spec.goal}`;
    case 'plan':
      return JSON.stringify({
        actions: [
          { order: 1, title: 'Rent the station', depends_on: [], estimate_minutes: 60 },
          { order: 2, title: 'Buy an oven', depends_on: [1], estimate_minutes: 90 },
        ],
      });
    default:
      return call satisfies never;
  }
}

/** What {@link contentFor} answers, as the council reads it. */
export function answerFor(call: CallSpec, spec: CouncilSpec, state: CouncilState): Answer {
  const labels = (voter: string) => labelsFor(voter, spec, state).map(({ label }) => label);
  return answerIn(contentFor(call, spec, labels), call, spec, state);
}
