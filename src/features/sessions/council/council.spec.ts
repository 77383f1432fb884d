import { describe, expect, it } from '@jest/globals';
import { asLogged, contentFor, councilSpec, runCouncil, type Answerer } from '../../../../test/support/council.js';
import { absent, follow, holdsWithout, indexOfAnswer, next, opening } from './council.js';
import type { CouncilEvent, EventData, EventType } from './events.js';
import { labelsFor } from './labels.js';
import { result } from './result.js';
import type { CouncilSpec } from './spec.js';
import { contributionsOf, EMPTY_STATE, fold, type CouncilState } from './state.js';
import { stageOf } from './stage.js';

/** Everybody answers, but those whose keys are listed; smaller seats are liked better by all. */
function answering(spec: CouncilSpec, { failing = [] as readonly string[], judgement = '' } = {}): Answerer {
  return (call, state) => {
    if (failing.includes(call.key)) return { code: 'provider_unavailable' };
    if (call.kind === 'facilitate' && judgement !== '') return { content: judgement };
    const labels = (voter: string) =>
      labelsFor(voter, spec, state)
        .toSorted((one, other) => one.seat.localeCompare(other.seat))
        .map(({ label }) => label);
    return { content: contentFor(call, spec, labels) };
  };
}

function typesOf(events: readonly CouncilEvent[]): readonly EventType[] {
  return events.map(({ type }) => type);
}

function dataOf<T extends EventType>(events: readonly CouncilEvent[], type: T): readonly EventData<T>[] {
  return events.filter((event) => event.type === type).map(({ data }) => data as EventData<T>);
}

describe('a council of three that nothing disturbs', () => {
  const spec = councilSpec(3, { maxRounds: 2 });

  it('logs every step, in order, and asks for each answer once', async () => {
    const { events, asked, end } = await runCouncil(spec, { answerer: answering(spec) });
    expect(end).toEqual({ kind: 'complete' });
    expect(typesOf(events)).toEqual([
      'session_started',
      'framing_complete',
      ...Array.from({ length: 3 }, () => 'seat_selected'),
      'round_started',
      ...Array.from({ length: 3 }, () => 'contribution'),
      'round_complete',
      'round_started',
      ...Array.from({ length: 3 }, () => 'contribution'),
      'round_complete',
      'voting_started',
      ...Array.from({ length: 3 }, () => 'vote'),
      'voting_complete',
      'synthesis_complete',
      'actions_planned',
    ]);
    expect(asked).toEqual([
      'frame',
      ...spec.seats.map(({ seat }) => `round-1/${seat}`),
      ...spec.seats.map(({ seat }) => `round-2/${seat}`),
      ...spec.seats.map(({ seat }) => `vote/${seat}`),
      'synthesis',
      'plan',
    ]);
  });

  it('comes to a result that can be read from the log alone', async () => {
    const { state } = await runCouncil(spec, { answerer: answering(spec) });
    expect(result(spec, state)).toMatchObject({
      synthesis: `Synthesis for ${spec.goal}`,
      consensus: 1,
      degraded: false,
      ranking: [
        { seat: 'seat-1', persona: 'persona-1', model: 'fake/model-1', mean_rank: 1 },
        { seat: 'seat-2', mean_rank: 1.5 },
        { seat: 'seat-3', mean_rank: 2 },
      ],
      seats: [{ seat: 'seat-1', rounds: [1, 2], voted: true, absent: null }, {}, {}],
      actions: [
        { key: 'action-1', id: 'action-1', order: 1, depends_on: [], title: 'Rent the station', estimate_minutes: 60 },
        { key: 'action-2', id: 'action-2', order: 2, depends_on: ['action-1'] },
      ],
    });
  });

  it('has no result before its end', () => {
    expect(result(spec, EMPTY_STATE)).toBeUndefined();
  });

  it('takes the ids of actions from its caller, in dependencies too', () => {
    const state = { ...EMPTY_STATE, framing: { questions: [], constraints: [], unknowns: [] }, round: 1, voting: true };
    const planning: CouncilState = { ...state, ranking: [], synthesis: { text: 'x', consensus: 1 } };
    const draft = { title: 'Go', detail: '', estimateMinutes: 5, ownerRole: '', firstStep: '' };
    const actions = [
      { ...draft, order: 1, dependsOn: [] },
      { ...draft, order: 2, dependsOn: [1] },
    ];
    const events = follow(spec, planning, 'plan', { kind: 'plan', actions }, (key) => `act_${key}`);
    expect(dataOf(events, 'actions_planned')[0]?.actions[1]).toMatchObject({
      key: 'action-2',
      id: 'act_action-2',
      depends_on: ['act_action-1'],
    });
  });
});

describe('the opening', () => {
  it('needs no model, and says how large the council is', () => {
    expect(opening(councilSpec(5))).toEqual([
      {
        type: 'session_started',
        data: {
          goal_title: 'Open a second bakery in the old station by June',
          council: { seats: 5, max_rounds: 3, quorum: 3 },
        },
      },
    ]);
  });
});

describe('the facilitator', () => {
  const spec = councilSpec(3, { maxRounds: 4 });

  it('is asked from the second round on, but not after the last one', async () => {
    const { asked } = await runCouncil(spec, { answerer: answering(spec) });
    expect(asked.filter((key) => key.endsWith('facilitator'))).toEqual(['round-2/facilitator', 'round-3/facilitator']);
  });

  it.each([
    ['much agreement and little that is new', 0.86, 0.29, 2],
    ['agreement at the threshold', 0.85, 0.1, 4],
    ['as much news as the threshold', 0.99, 0.3, 4],
  ])('ends the rounds early at %s, and only then', async (_, score, novelty, rounds) => {
    const answerer = answering(spec, { judgement: JSON.stringify({ score, novelty }) });
    const { events, state } = await runCouncil(spec, { answerer });
    expect(state.round).toBe(rounds);
    expect(dataOf(events, 'convergence')[0]).toEqual({ round: 2, score, novelty, stop: rounds === 2 });
  });

  it('leaves no judgement behind when it cannot be reached: the round just ends', async () => {
    const { events, end } = await runCouncil(spec, { answerer: answering(spec, { failing: ['round-2/facilitator'] }) });
    expect(end.kind).toBe('complete');
    expect(dataOf(events, 'convergence').map(({ round }) => round)).toEqual([3]);
    expect(dataOf(events, 'seat_absent')).toEqual([]);
  });
});

describe('a seat that does not answer', () => {
  const spec = councilSpec(5, { maxRounds: 2 });

  it('is absent from then on, and the council goes on without it', async () => {
    const { events, asked, state } = await runCouncil(spec, {
      answerer: answering(spec, { failing: ['round-1/seat-2'] }),
    });
    expect(dataOf(events, 'seat_absent')).toEqual([{ seat: 'seat-2', code: 'provider_unavailable' }]);
    expect(asked.filter((key) => key.includes('seat-2'))).toEqual(['round-1/seat-2']);
    expect(dataOf(events, 'voting_complete')[0]?.ranking.map(({ seat }) => seat)).not.toContain('seat-2');
    expect(result(spec, state)).toMatchObject({ degraded: true });
    expect(result(spec, state)?.seats[1]).toMatchObject({ rounds: [], voted: false, absent: 'provider_unavailable' });
  });

  it('still stands for election when only its vote is missing', async () => {
    const { state } = await runCouncil(spec, { answerer: answering(spec, { failing: ['vote/seat-5'] }) });
    expect(state.ranking?.map(({ seat }) => seat)).toContain('seat-5');
    expect(result(spec, state)?.degraded).toBe(true);
  });

  it('fails the session when the quorum goes with it; answers in flight are kept', async () => {
    const failing = ['round-1/seat-1', 'round-1/seat-2', 'round-1/seat-3'];
    const { events, end, state } = await runCouncil(spec, { answerer: answering(spec, { failing }) });
    expect(end).toEqual({
      kind: 'fail',
      code: 'quorum_lost',
      detail: '2 of 5 seats are present, and the quorum is 3.',
    });
    expect(typesOf(events)).not.toContain('round_complete');
    expect([...contributionsOf(state, 1).keys()]).toEqual(['seat-4', 'seat-5']);
  });

  it('is asked again after a retry, alone, and its answer says which attempts it joins', async () => {
    const failing = ['round-1/seat-1', 'round-1/seat-2', 'round-1/seat-3'];
    const pick = <T>(calls: readonly T[]) => calls.at(-1);
    const first = await runCouncil(spec, { answerer: answering(spec, { failing }), pick });
    const error = { code: 'quorum_lost', detail: '', recoverable: true };
    const log: readonly CouncilEvent[] = [
      ...first.events,
      { type: 'error', data: error },
      { type: 'retried', data: { attempt: 2 } },
    ];
    const second = await runCouncil(spec, { answerer: answering(spec, { failing: ['round-1/seat-1'] }), log });
    expect(second.asked.slice(0, 3)).toEqual(['round-1/seat-1', 'round-1/seat-2', 'round-1/seat-3']);
    expect(second.asked.slice(3)).toContain('round-2/seat-2');
    expect(second.asked).not.toContain('round-2/seat-1');
    const back = second.events.slice(log.length).filter(({ type }) => type === 'attempt_superseded');
    expect(back.map(({ data }) => data)).toEqual([
      { seat: 'seat-2', from: 1, to: 2 },
      { seat: 'seat-3', from: 1, to: 2 },
    ]);
    const at = second.events.findIndex(({ type }) => type === 'attempt_superseded');
    expect(second.events[at + 1]).toMatchObject({ type: 'contribution', data: { seat: 'seat-2' } });
    expect(second.state.absences.get('seat-1')).toEqual({ code: 'provider_unavailable', attempt: 2 });
  });

  it('has its answer found behind the note that it is back', () => {
    const state = fold(
      asLogged([
        { type: 'framing_complete', data: { questions: ['?'], constraints: [], unknowns: [] } },
        { type: 'round_started', data: { round: 1 } },
        { type: 'seat_absent', data: { seat: 'seat-1', code: 'provider_timeout' } },
        { type: 'retried', data: { attempt: 2 } },
      ]),
    );
    const events = follow(spec, state, 'round-1/seat-1', { kind: 'contribute', text: 'here' });
    expect(indexOfAnswer(events)).toBe(1);
    expect(indexOfAnswer(follow(spec, state, 'round-1/seat-2', { kind: 'contribute', text: 'here' }))).toBe(0);
  });
});

describe('the vote', () => {
  it('counts for its quorum only those who may vote', async () => {
    const spec = councilSpec(5, { maxRounds: 1 });
    const failing = ['round-1/seat-1', 'vote/seat-2', 'vote/seat-3'];
    const { end, events, state } = await runCouncil(spec, { answerer: answering(spec, { failing }) });
    expect(end).toMatchObject({ kind: 'fail', detail: '2 of 5 seats are present, and the quorum is 3.' });
    const retried = fold(asLogged([{ type: 'retried', data: { attempt: 2 } }]), state);
    expect(next(spec, retried)).toMatchObject({ kind: 'ask', calls: [{ key: 'vote/seat-2' }, { key: 'vote/seat-3' }] });
    expect(holdsWithout(spec, retried, ['vote/seat-2'])).toBe(true);
    expect(holdsWithout(spec, retried, ['vote/seat-2', 'vote/seat-3'])).toBe(false);
    expect(dataOf(events, 'vote')).toHaveLength(2);
  });

  it('of a single seat is empty, but has a result', async () => {
    const spec = councilSpec(2, { maxRounds: 1, quorum: 1 });
    const { asked, state } = await runCouncil(spec, { answerer: answering(spec, { failing: ['round-1/seat-1'] }) });
    expect(asked.some((key) => key.startsWith('vote/'))).toBe(false);
    expect(result(spec, state)).toMatchObject({ consensus: 1, ranking: [{ seat: 'seat-2', mean_rank: 1 }] });
  });

  it('shows every voter the others in an order of its own, and never itself', async () => {
    const spec = councilSpec(9, { maxRounds: 1 });
    const { state } = await runCouncil(spec, { answerer: answering(spec) });
    const orders = spec.seats.map(({ seat }) => labelsFor(seat, spec, state).map((one) => one.seat));
    orders.forEach((order, index) => expect(order).not.toContain(`seat-${index + 1}`));
    const ofTheSame = orders.slice(0, 3).map((order) => order.filter((seat) => seat > 'seat-3').join());
    expect(new Set(ofTheSame).size).toBe(3);
    const elsewhere = labelsFor('seat-1', { ...spec, seed: 'ses_2' }, state).map(({ seat }) => seat);
    expect(elsewhere).not.toEqual(orders[0]);
  });
});

describe('what nobody asked for', () => {
  const spec = councilSpec(3);

  it('brings no events: an answer may come twice, or too late', () => {
    const state = fold(asLogged(opening(spec)));
    expect(follow(spec, state, 'round-1/seat-1', { kind: 'contribute', text: 'early' })).toEqual([]);
    expect(absent(spec, state, 'vote/seat-1', 'provider_timeout')).toEqual([]);
  });

  it('is refused where it shows a mistake of the caller', () => {
    const state = fold(asLogged(opening(spec)));
    expect(() => absent(spec, state, 'frame', 'provider_timeout')).toThrow(TypeError);
    expect(() => follow(spec, state, 'frame', { kind: 'synthesise', text: 'x' })).toThrow(TypeError);
  });

  it('is skipped in a log when its type is new, and refused when its version is', () => {
    const [started] = asLogged(opening(spec));
    expect(fold([{ event_type: 'applause', event_version: 1, data: null }])).toEqual(EMPTY_STATE);
    expect(() => fold([{ event_type: 'contribution', event_version: 2, data: {} }])).toThrow('version 2');
    expect(() => fold([{ event_type: 'applause', event_version: 2, data: {} }])).toThrow('version 2');
    expect(() => fold([{ event_type: 'contribution', event_version: 1, data: { round: 0 } }])).toThrow('contribution');
    expect(stageOf(fold(started === undefined ? [] : [started]))).toBe('frame');
  });
});

describe('a log that ends between two events that belong together', () => {
  it('is mended before anything is asked', () => {
    const spec = councilSpec(2);
    const state = fold(
      asLogged([{ type: 'framing_complete', data: { questions: ['?'], constraints: [], unknowns: [] } }]),
    );
    const step = next(spec, state);
    expect(step).toMatchObject({
      kind: 'record',
      events: [{ type: 'seat_selected' }, { type: 'seat_selected' }, { type: 'round_started', data: { round: 1 } }],
    });
  });
});
