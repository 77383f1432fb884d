import { asRecord, parseJson } from './fake-provider/call.js';
import { defaultContent } from './fake-provider/answer.js';
import type { ReceivedCall } from './fake-provider/index.js';

/** What a facilitator says of a round. */
export interface Judged {
  readonly score: number;
  readonly novelty: number;
}

/** No reason to stop. */
export const GO_ON: Judged = { score: 0.5, novelty: 0.5 };

/** The key of a council's call, such as `round-2/seat-3`; undefined for any other call. */
export function keyOf({ callId }: ReceivedCall): string | undefined {
  return /^ses_[^/]+\/(.+)$/.exec(callId ?? '')?.[1];
}

/** The session of a council's call: `ses_…`. */
export function sessionOf({ callId }: ReceivedCall): string | undefined {
  return /^(ses_[^/]+)\//.exec(callId ?? '')?.[1];
}

/** What a call's user message holds: all that users and models have said, and nothing else. */
export function envelopeOf({ messages }: ReceivedCall): Readonly<Record<string, unknown>> {
  const content = messages.find(({ role }) => role === 'user')?.content;
  const parts = Array.isArray(content) ? content : [{ text: content }];
  const text = parts.map((part: unknown) => String(asRecord(part)?.['text'])).join('');
  return asRecord(parseJson(text)) ?? {};
}

/** What a seat says in a round. */
export function pointOf(seat: string, round: number): string {
  return `Point of ${seat} in round ${round}`;
}

/**
 * Answers each kind of a council's calls as a sensible model would, the same call always alike: `FakeProvider.start({ answer:
 * councilAnswers() })`. Seats with smaller numbers are liked better by all. Calls of others are answered as they are without it.
 * @param judged by round; by default the discussion goes on to the last round.
 */
export function councilAnswers(judged: (round: number) => Judged = () => GO_ON): (call: ReceivedCall) => string {
  return (call) => {
    const key = keyOf(call);
    if (key === undefined) return defaultContent(call);
    const [stage = '', who = ''] = key.split('/');
    const round = Number(/^round-(\d)$/.exec(stage)?.[1]);
    if (stage === 'frame') return FRAMING;
    if (who === 'facilitator') return JSON.stringify(judged(round));
    if (stage.startsWith('round-')) return pointOf(who, round);
    if (stage === 'vote') return ballotOn(envelopeOf(call));
    if (stage === 'synthesis') return 'Take the old station, and bake there from June on.';
    if (stage === 'plan') return PLAN;
    throw new Error(`no such call: ${key}`);
  };
}

const FRAMING = JSON.stringify({
  questions: ['Where does the flour come from?', 'Who bakes?'],
  constraints: ['No loans'],
  unknowns: ['The rent'],
});

const PLAN = JSON.stringify({
  actions: [
    action({ order: 1, title: 'Rent the station', first_step: 'Call the owner.' }),
    action({ order: 2, title: 'Buy an oven', depends_on: [1], owner_role: 'baker' }),
    action({ order: 3, title: 'Open the doors', depends_on: [1, 2] }),
  ],
});

function action(fields: object): object {
  const rest = { detail: 'Soon.', depends_on: [], estimate_minutes: 60, owner_role: 'owner', first_step: 'Begin.' };
  return { ...rest, ...fields };
}

function ballotOn(envelope: Readonly<Record<string, unknown>>): string {
  const responses = Array.isArray(envelope['responses']) ? envelope['responses'].map(asRecord) : [];
  const ranked = responses.toSorted((one, other) => (String(one?.['text']) < String(other?.['text']) ? -1 : 1));
  return ['FINAL RANKING:', ...ranked.map((one, index) => `${index + 1}. ${String(one?.['label'])}`)].join('\n');
}
