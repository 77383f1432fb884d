import type { CouncilEnvelope } from '../../../llm/offline/council/envelope.js';
import type { ChatRequest, ResponseFormat } from '../../../llm/provider.js';
import { trimmedTo } from '../../../llm/text.js';
import { consensusOf } from './ballots.js';
import type { CallSpec } from './calls.js';
import { labelsFor, labelText, participantName } from './labels.js';
import { introductionOf } from './persona.js';
import { ballotsOf, candidateIds } from './progress.js';
import { PERSONA_PLACE, type CouncilPrompts } from './prompts.js';
import { ACTIONS_FORMAT, FRAMING_FORMAT, JUDGEMENT_FORMAT, rankingFormat } from './response-formats.js';
import type { CouncilSpec, SeatId } from './spec.js';
import { contributionsOf, type CouncilState } from './state.js';

/**
 * How much of a contribution others get to read, in code points. With nine seats of 20,000 a request would outgrow most models'
 * context, and one of six rounds costs the square of the council's size.
 */
const MOST_SHOWN = {
  own: 6_000,
  toOthers: 3_000,
  toFacilitator: 2_000,
  toVoter: 6_000,
  toChair: 8_000,
} as const;
/** The chair reads the best of them. */
const MOST_FOR_CHAIR = 5;

/** Answers that code reads, and not people, are asked for as an object. */
function formatOf(spec: CouncilSpec, state: CouncilState, call: CallSpec): ResponseFormat | undefined {
  switch (call.kind) {
    case 'frame':
      return FRAMING_FORMAT;
    case 'facilitate':
      return JUDGEMENT_FORMAT;
    case 'vote':
      return rankingFormat(labelsFor(call.seat, spec, state));
    case 'plan':
      return ACTIONS_FORMAT;
    case 'contribute':
    case 'synthesise':
      return undefined;
    default:
      return call satisfies never;
  }
}

interface Point {
  readonly from: string;
  readonly text: string;
}

/** The request of a call. What users and models wrote stays inside JSON strings of the user message: data, not instruction. */
export function request(spec: CouncilSpec, state: CouncilState, call: CallSpec, prompts: CouncilPrompts): ChatRequest {
  const format = formatOf(spec, state, call);
  return {
    messages: [
      { role: 'system', content: systemText(spec, call, prompts) },
      { role: 'user', content: JSON.stringify(envelopeOf(spec, state, call)) },
    ],
    ...(format === undefined ? {} : { response_format: format }),
  };
}

/** A persona whose file is gone since the session began speaks without a method. */
function systemText({ seats }: CouncilSpec, call: CallSpec, { texts, personas }: CouncilPrompts): string {
  const text = texts[call.kind];
  if (!('seat' in call)) return text;
  const persona = personas.get(seats.find(({ seat }) => seat === call.seat)?.persona ?? '');
  return text.replace(PERSONA_PLACE, () =>
    persona === undefined ? 'You are a careful expert.' : introductionOf(persona),
  );
}

function envelopeOf(spec: CouncilSpec, state: CouncilState, call: CallSpec): CouncilEnvelope {
  const { goal, context, constraints } = spec;
  if (call.kind === 'frame') return { kind: 'council.frame', goal, context, constraints };
  const framing = state.framing ?? { questions: [], constraints: [], unknowns: [] };
  const matter = { goal, constraints, framing };
  switch (call.kind) {
    case 'contribute':
      return { kind: 'council.contribute', ...matter, context, ...discussionFor(call, spec, state) };
    case 'facilitate': {
      const { round } = call;
      const before = pointsOf(spec, state, round - 1, MOST_SHOWN.toFacilitator);
      const now = pointsOf(spec, state, round, MOST_SHOWN.toFacilitator);
      return { kind: 'council.facilitate', ...matter, round, before, now };
    }
    case 'vote':
      return { kind: 'council.vote', ...matter, responses: responsesFor(call.seat, spec, state) };
    case 'synthesise':
      return { kind: 'council.synthesise', ...matter, context, ...verdictOf(spec, state) };
    case 'plan':
      return { kind: 'council.plan', ...matter, synthesis: state.synthesis?.text ?? '' };
    default:
      return call satisfies never;
  }
}

function discussionFor({ round, seat }: { round: number; seat: SeatId }, spec: CouncilSpec, state: CouncilState) {
  const own = contributionsOf(state, round - 1).get(seat);
  return {
    round,
    you: participantName(seat, spec),
    own: own === undefined ? null : trimmedTo(own, MOST_SHOWN.own),
    others: pointsOf(spec, state, round - 1, MOST_SHOWN.toOthers, seat),
  };
}

/** What was said in a round, in the order of the seats. */
function pointsOf(
  spec: CouncilSpec,
  state: CouncilState,
  round: number,
  length: number,
  except?: SeatId,
): readonly Point[] {
  const texts = contributionsOf(state, round);
  return spec.seats.flatMap(({ seat }) => {
    const text = texts.get(seat);
    if (text === undefined || seat === except) return [];
    return [{ from: participantName(seat, spec), text: trimmedTo(text, length) }];
  });
}

function responsesFor(voter: SeatId, spec: CouncilSpec, state: CouncilState) {
  const texts = contributionsOf(state, state.round);
  return labelsFor(voter, spec, state).map((one) => ({
    label: labelText(one),
    text: trimmedTo(texts.get(one.seat) ?? '', MOST_SHOWN.toVoter),
  }));
}

function verdictOf(spec: CouncilSpec, state: CouncilState) {
  const texts = contributionsOf(state, state.round);
  const ranked = (state.ranking ?? []).slice(0, MOST_FOR_CHAIR).map(({ seat, mean_rank }) => ({
    from: participantName(seat, spec),
    mean_rank,
    text: trimmedTo(texts.get(seat) ?? '', MOST_SHOWN.toChair),
  }));
  return { consensus: consensusOf(candidateIds(spec, state), ballotsOf(spec, state)), ranked };
}
