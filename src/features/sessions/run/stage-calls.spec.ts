import { beforeEach, describe, expect, it } from '@jest/globals';
import { StageRoom } from '../../../../test/support/stage-room.js';
import { Deadline } from '../../../reliability/deadline/deadline.js';
import { AppError } from '../../../reliability/errors/app-error.js';
import { FRAME } from '../council/calls.js';
import { next } from '../council/council.js';
import { RunInterrupted } from './run-control.js';
import { PATIENCE_MS } from './run-limits.js';
import { RunLost } from './run-log.js';

let room: StageRoom;
beforeEach(async () => void (room = await StageRoom.open()));

describe('answers', () => {
  it('are logged with who gave them, and what they took', async () => {
    await room.framed();
    expect(room.memory.types).toContain('framing_complete');
    expect(room.memory.writes[1]?.calls).toEqual([
      { key: 'frame', event: 0, provider: 'fake', model: 'model-1', attempts: 1, inputTokens: 7, outputTokens: 3 },
    ]);
  });

  it('are asked of the provider of the seat first, under a name that stays the same', async () => {
    await room.framed();
    await room.ask();
    expect(room.broker.asked).toContainEqual({ callId: 'ses_1/round-1/seat-2', first: 'fake' });
    expect(room.broker.asked[0]).toEqual({ callId: 'ses_1/frame', first: undefined });
  });

  it('are kept also when others of the stage fail', async () => {
    await room.framed();
    room.broker.fails('round-1/seat-2', 'provider_unavailable');
    await room.ask();
    expect(room.memory.types.filter((type) => type === 'contribution')).toHaveLength(2);
    expect(room.absences).toEqual([{ seat: 'seat-2', code: 'provider_unavailable' }]);
    expect(room.clock.pending).toBe(0);
  });
});

describe('the first answer', () => {
  it('brings the start of the session when that could not be written', async () => {
    const late = await StageRoom.open({ begun: false });
    await late.ask();
    expect(late.memory.types.slice(0, 2)).toEqual(['session_started', 'framing_complete']);
    expect(late.memory.writes[0]?.calls).toMatchObject([{ key: 'frame', event: 1 }]);
    await late.ask();
    expect(late.memory.types.filter((type) => type === 'session_started')).toHaveLength(1);
  });

  it('does not bring it when it is written just before', async () => {
    const late = await StageRoom.open({ begun: false });
    await Promise.all([late.begin(), late.ask()]);
    expect(late.memory.types.filter((type) => type === 'session_started')).toHaveLength(1);
  });
});

describe('the last answer', () => {
  beforeEach(() => room.synthesised());
  const last = () => [room.memory.types.slice(-2), room.memory.status, room.units];
  const alone = [['synthesis_complete', 'actions_planned'], 'running', []];

  it('completes the session in the same write, and its unit of the quota is counted', async () => {
    const before = room.memory.writes.length;
    await room.ask();
    expect(last()).toEqual([['actions_planned', 'complete'], 'completed', ['counted']]);
    expect(room.memory.writes).toHaveLength(before + 1);
    expect(room.memory.writes.at(-1)).toMatchObject({
      calls: [{ key: 'plan', event: 0 }],
      actions: [{ key: 'action-1' }],
    });
  });

  it('is kept without the end of a session that is to be cancelled', async () => {
    room.memory.wanted = 'cancel';
    await room.ask();
    expect(last()).toEqual(alone);
    expect(room.memory.writes.at(-1)?.calls).toMatchObject([{ key: 'plan' }]);
  });

  it.each([
    ['somebody wants something of the run', () => void (room.run.interrupted = true)],
    ['its time is over', () => void (room.run.deadline = Deadline.after(room.clock, 0))],
  ])('completes nothing when %s', async (_what, happens) => {
    room.broker.before = happens;
    await room.ask();
    expect(last()).toEqual(alone);
  });
});

describe('a call that the council cannot do without', () => {
  it.each(['provider_request_failed', 'context_length_exceeded'] as const)(
    'ends the session when it will never be answered: %s',
    async (code) => {
      room.broker.fails('frame', code);
      expect(await room.ask()).toMatchObject({
        code: 'providers_failed',
        detail: expect.stringMatching(/^"frame": .+\.$/),
      });
    },
  );

  it('ends the session when its content is refused', async () => {
    room.broker.fails('frame', 'content_filtered');
    expect(await room.ask()).toMatchObject({ code: 'content_filtered' });
  });

  it('is waited for, ever longer, and given up when patience is at its end', async () => {
    room.broker.fails('frame', 'provider_unavailable', Infinity);
    const { waits, ending } = await room.waits();
    expect(waits.slice(0, 6)).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    const waitedMs = waits.reduce((sum, wait) => sum + wait, 0);
    expect(waitedMs).toBeGreaterThanOrEqual(PATIENCE_MS);
    expect(waitedMs).toBeLessThan(PATIENCE_MS + 15_000);
    expect(ending).toMatchObject({ code: 'providers_failed' });
    expect(room.memory.types).toEqual(['session_started']);
  });

  it('gives patience anew once it is answered', async () => {
    room.broker.fails('frame', 'provider_unavailable', 5);
    await room.waits(() => room.log.state.framing !== null);
    room.fail(['round-1/seat-1', 'round-1/seat-2', 'round-1/seat-3'], 'provider_unavailable');
    const { waits } = await room.waits(() => room.log.state.contributions.size > 0);
    expect(waits).toEqual([1_000]);
  });

  it('is not waited for when somebody wants something of the run', async () => {
    room.broker.fails('frame', 'provider_unavailable');
    const asking = room.ask();
    await room.clock.settle();
    expect(room.clock.pending).toBe(1);
    room.nudge.resolve();
    expect(await asking).toBeUndefined();
    expect(room.clock.monotonicMs()).toBe(0);
  });
});

describe('seats that fail', () => {
  it('are absent at once when the quorum holds without them', async () => {
    await room.framed();
    room.fail(['round-1/seat-3'], 'provider_timeout');
    expect(await room.ask()).toBeUndefined();
    expect(room.absences).toEqual([{ seat: 'seat-3', code: 'provider_timeout' }]);
  });

  it('are absent at once when they would fail again, even if that ends the council', async () => {
    await room.framed();
    room.fail(['round-1/seat-1', 'round-1/seat-2'], 'content_filtered');
    expect(await room.ask()).toBeUndefined();
    expect(room.absences).toHaveLength(2);
    expect(next(room.spec, room.log.state)).toMatchObject({ kind: 'fail', code: 'quorum_lost' });
  });

  it('are waited for when the quorum needs them', async () => {
    await room.framed();
    room.fail(['round-1/seat-1', 'round-1/seat-2'], 'provider_unavailable');
    const asking = room.ask();
    await room.clock.settle();
    expect(room.absences).toEqual([]);
    await room.clock.advance(1_000);
    expect(await asking).toBeUndefined();
    await room.ask();
    expect(room.memory.types.filter((type) => type === 'contribution')).toHaveLength(3);
    expect(room.absences).toEqual([]);
  });

  it('are absent when patience is at its end', async () => {
    await room.framed();
    for (const seat of [1, 2, 3]) room.broker.fails(`round-1/seat-${seat}`, 'provider_unavailable', Infinity);
    await room.waits(() => room.absences.length > 0);
    expect(room.clock.monotonicMs()).toBeGreaterThanOrEqual(PATIENCE_MS);
    expect(room.absences).toHaveLength(3);
    expect(next(room.spec, room.log.state)).toMatchObject({ kind: 'fail', code: 'quorum_lost' });
  });

  it('are waited for without end when only our own calls crowd them out', async () => {
    await room.framed();
    room.broker.fails('round-1/seat-3', 'overloaded', Infinity);
    const { waits } = await room.waits(() => room.clock.monotonicMs() > 2 * PATIENCE_MS);
    expect(waits.length).toBeGreaterThan(5);
    expect(room.absences).toEqual([]);
    // The last one is under way no more either.
    expect(room.run.lines).toEqual({ begun: waits.length + 1, over: waits.length + 1 });
  });

  it('are not absent for a crowd of ours, however long the providers of others fail beside them', async () => {
    await room.framed();
    room.broker.fails('round-1/seat-2', 'provider_unavailable', Infinity);
    room.broker.fails('round-1/seat-3', 'overloaded', Infinity);
    await room.waits(() => room.clock.monotonicMs() > 2 * PATIENCE_MS);
    expect(room.absences).toEqual([{ seat: 'seat-2', code: 'provider_unavailable' }]);
  });
});

describe('a run that is interrupted', () => {
  it('takes no failure for one of the provider’s', async () => {
    await room.framed();
    room.fail(['round-1/seat-1', 'round-1/seat-2', 'round-1/seat-3'], 'provider_unavailable');
    room.run.interrupted = true;
    expect(await room.ask()).toBeUndefined();
    expect(room.absences).toEqual([]);
  });

  it('is not broken by what breaks its calls off', async () => {
    room.run.deadline.cancel(new RunInterrupted('cancel'));
    room.broker.throws('frame', room.run.deadline.signal.reason);
    expect(await room.calls.ask([FRAME])).toBeUndefined();
  });

  it('keeps what was answered all the same', async () => {
    room.run.interrupted = true;
    await room.ask();
    expect(room.memory.types).toContain('framing_complete');
  });

  it('is lost when its log is another’s', async () => {
    room.memory.fence = 2;
    await expect(room.ask()).rejects.toThrow(RunLost);
  });

  it('breaks on what nobody has foreseen', async () => {
    room.broker.throws('frame', new AppError('internal_error'));
    await expect(room.ask()).rejects.toMatchObject({ code: 'internal_error' });
    room.broker.throws('frame', new TypeError('nobody has foreseen this'));
    await expect(room.ask()).rejects.toThrow(TypeError);
  });
});
