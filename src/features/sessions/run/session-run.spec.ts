import { beforeEach, describe, expect, it } from '@jest/globals';
import { RunRoom, SESSION, TENANT } from '../../../../test/support/run-room.js';
import { StageScript } from '../../../../test/support/stage-script.js';
import type { ClaimedRun } from '../../../queue/run-queue.repository.js';
import { AppError } from '../../../reliability/errors/app-error.js';
import { HARD_LIMIT_MS, LEASE_MS, LIVENESS_MS, MOST_STALLS } from './run-limits.js';
import type { RunLog } from './run-log.js';
import { SessionRun } from './session-run.js';
import type { StageCalls } from './stage-calls.js';

let room: RunRoom;
let script: StageScript;
beforeEach(() => {
  room = new RunRoom();
  script = new StageScript();
});

function start(claim: Partial<ClaimedRun> = {}, open?: () => Promise<RunLog>, waitedMs = 0): SessionRun {
  const whole = {
    sessionId: SESSION,
    tenantId: TENANT,
    fence: 1,
    stalls: 0,
    lastSequence: 0,
    wanted: null,
    runningMs: 0,
    opening: null,
  };
  const { ports, endings } = room;
  return new SessionRun({
    claim: { ...whole, ...claim },
    askedMs: room.clock.monotonicMs() - waitedMs,
    ports,
    endings,
    openLog: open ?? ((signal, onAppend) => Promise.resolve(room.openLog(onAppend, { signal }))),
    callsOf: (run, log) => script.callsOf(run, log),
  });
}

/** Does something while each stage is under way. */
const meanwhile = (act: () => unknown) => void (script.before = () => Promise.resolve(act()).then(() => undefined));
/** Lets so much time pass in each stage. */
const taking = (ms: number) => {
  script.before = async (_calls, _log, run) => {
    await room.clock.sleep(ms, run.deadline.signal).catch(() => {});
    return undefined;
  };
};
const ended = async (run: SessionRun): Promise<string> => {
  const running = run.run();
  await room.clock.advanceUntilIdle(2 * HARD_LIMIT_MS);
  return running;
};
const failure = () => [room.memory.types.at(-1), room.memory.status, room.memory.last];

describe('a run that nothing disturbs', () => {
  it('goes from stage to stage to the end, and the unit of the quota is counted', async () => {
    expect(await start().run()).toBe('ended');
    expect(script.stages).toEqual(['frame', 'round-1/seat-1', 'round-2/seat-1', 'vote/seat-1', 'synthesis', 'plan']);
    expect(room.memory.types.filter((type) => type === 'complete')).toHaveLength(1);
    expect([room.memory.status, room.units, room.clock.pending]).toEqual(['completed', ['counted'], 0]);
  });
});

describe('a log that tells of no start', () => {
  const starts = () => room.memory.types.map((type) => type === 'session_started');

  it('because the session was paused before its first event, is told of it when the run goes on', async () => {
    const log = room.openLog();
    await log.append(() => ({ events: [{ type: 'paused', data: {} }] }));
    expect(await start({}, () => Promise.resolve(log)).run()).toBe('ended');
    expect(starts().slice(0, 2)).toEqual([false, true]);
    expect(starts().filter(Boolean)).toHaveLength(1);
  });

  it('is not told of it when nobody has read whether it does', async () => {
    const log = room.openLog(undefined, { unread: true });
    await log.append(() => ({ events: [{ type: 'paused', data: {} }] }));
    await start({ wanted: 'cancel' }, () => Promise.resolve(log)).run();
    expect(room.memory.types).toEqual(['paused', 'cancelled']);
  });
});

describe('a pause', () => {
  it('that is wanted while calls are under way comes after their answers, and keeps the unit', async () => {
    const run = start();
    meanwhile(() => run.want('pause'));
    expect(await run.run()).toBe('ended');
    expect(script.stages).toEqual(['frame']);
    expect(room.memory.types).toEqual(expect.arrayContaining(['framing_complete', 'paused']));
    expect([room.memory.status, room.units]).toEqual(['paused', []]);
  });

  it('that an append tells of comes no call later', async () => {
    meanwhile(() => (room.memory.wanted = 'pause'));
    expect(await start().run()).toBe('ended');
    expect(script.stages).toEqual(['frame']);
    expect(room.memory.types.at(-1)).toBe('paused');
  });

  it('that comes after a cancel is none', async () => {
    const run = start({ wanted: 'cancel' });
    run.want('pause');
    await run.run();
    expect(room.memory.status).toBe('cancelled');
  });
});

describe('a cancel', () => {
  it('that is wanted already asks for nothing more', async () => {
    expect(await start({ wanted: 'cancel' }).run()).toBe('ended');
    expect([script.stages, room.memory.types.at(-1), room.units]).toEqual([[], 'cancelled', ['given back']]);
  });

  it('breaks off what is under way', async () => {
    const run = start();
    taking(60_000);
    const running = run.run();
    await room.clock.settle();
    run.want('cancel');
    expect(await running).toBe('ended');
    expect(run.deadline.signal.reason).toMatchObject({ name: 'RunInterrupted', reason: 'cancel' });
    expect([room.memory.status, room.clock.monotonicMs(), room.clock.pending]).toEqual(['cancelled', 0, 0]);
  });

  it('that comes at the end of the session is what it ends in', async () => {
    script.before = async (calls, log) => {
      await script.answer(calls, log);
      if (calls[0]?.key === 'plan') room.memory.wanted = 'cancel';
      return undefined;
    };
    expect(await start().run()).toBe('ended');
    expect([room.memory.status, room.units]).toEqual(['cancelled', ['given back']]);
    expect(room.memory.types).not.toContain('complete');
  });
});

describe('a worker that goes', () => {
  it('lets the calls under way end, and hands the session back as it is', async () => {
    const run = start();
    meanwhile(() => run.leave());
    expect(await run.run()).toBe('left');
    expect([script.stages, room.memory.types.includes('framing_complete')]).toEqual([['frame'], true]);
    expect([room.memory.status, room.units]).toEqual(['running', []]);
  });

  it.each([
    ['leaving', 'left'],
    ['lost', 'lost'],
  ] as const)('or is %s breaks off at once: %s', async (reason, ending) => {
    const run = start();
    taking(60_000);
    const running = run.run();
    await room.clock.settle();
    run.abandon(reason);
    expect(await running).toBe(ending);
    expect([room.memory.status, room.clock.pending]).toEqual(['running', 0]);
  });

  it('has lost the session when its log is another’s', async () => {
    room.memory.fence = 2;
    expect(await start().run()).toBe('lost');
  });

  it.each([
    ['asks the next stage ahead of the log while it has its lease', LEASE_MS - 1, 0, ['frame', 'round-1/seat-1']],
    ['asks nothing more when it stood still until its lease was over', LEASE_MS, 0, ['frame']],
    ['asks nothing more when it stood still from before its lease was given', LEASE_MS / 2, LEASE_MS / 2, ['frame']],
  ])('and has lost it %s', async (_, ms, waitedMs, stages) => {
    const asked: string[] = [];
    script.callsOf = ({ deadline }, log) => {
      const ask: StageCalls['ask'] = async (calls) => {
        asked.push(calls[0]?.key ?? '');
        await room.clock.sleep(ms, deadline.signal).catch(() => {});
        room.memory.fence = 2;
        script.answer(calls, log).catch(() => {});
        return undefined;
      };
      return { ask } as StageCalls;
    };
    expect(await ended(start({}, undefined, waitedMs))).toBe('lost');
    expect(asked).toEqual(stages);
  });

  it('hands it back, a moment later, when its log cannot be read', async () => {
    const run = start({}, () => Promise.reject(new AppError('dependency_unavailable')));
    expect(await ended(run)).toBe('left');
    expect(room.clock.monotonicMs()).toBeGreaterThanOrEqual(1_000);
  });

  it('tells of what nobody has foreseen, and leaves no timer', async () => {
    script.before = () => Promise.reject(new TypeError('nobody has foreseen this'));
    await expect(start().run()).rejects.toThrow(TypeError);
    expect([room.memory.status, room.clock.pending]).toEqual(['running', 0]);
  });
});

describe('a limit', () => {
  it('ends a session in which nothing happens for ten minutes', async () => {
    taking(LIVENESS_MS + 1);
    expect(await ended(start())).toBe('ended');
    expect(failure()).toEqual(['error', 'failed', expect.objectContaining({ code: 'stalled', recoverable: true })]);
    expect([room.units, script.stages]).toEqual([['given back'], ['frame']]);
  });

  it('leaves a session alone that waits in our own line, and gives it its time from then on', async () => {
    let stages = 0;
    script.before = async (_calls, _log, run) => {
      stages += 1;
      if (stages > 1) return undefined;
      const over = run.standInLine();
      await room.clock.sleep(2 * LIVENESS_MS + 1, run.deadline.signal);
      over();
      await room.clock.sleep(LIVENESS_MS - 1_000, run.deadline.signal).catch(() => {});
      return undefined;
    };
    expect(await ended(start())).toBe('ended');
    expect([room.memory.status, room.clock.pending]).toEqual(['completed', 0]);
  });

  it('ends one that is silent although its wait is over', async () => {
    script.before = async (_calls, _log, run) => {
      const over = run.standInLine();
      await room.clock.sleep(LIVENESS_MS / 2, run.deadline.signal);
      over();
      await room.clock.sleep(LIVENESS_MS + 1, run.deadline.signal).catch(() => {});
      return undefined;
    };
    expect(await ended(start())).toBe('ended');
    expect(failure()).toEqual(['error', 'failed', expect.objectContaining({ code: 'stalled' })]);
    expect(room.clock.pending).toBe(0);
  });

  it('ends one of half an hour, however much happens, with what it took on other workers', async () => {
    taking(LIVENESS_MS - 1);
    expect(await ended(start({ runningMs: HARD_LIMIT_MS - 2 * LIVENESS_MS }))).toBe('ended');
    expect(failure()).toEqual(['error', 'failed', expect.objectContaining({ code: 'time_limit', recoverable: true })]);
    expect(script.stages).toEqual(['frame', 'round-1/seat-1', 'round-2/seat-1']);
  });

  it('ends one that its workers die of, without another try', async () => {
    expect(await start({ stalls: MOST_STALLS }).run()).toBe('ended');
    expect(failure()).toEqual(['error', 'failed', expect.objectContaining({ code: 'poisoned' })]);
    expect(script.stages).toEqual([]);
  });
});

describe('a failure of the providers', () => {
  it('ends the session, which can be retried, and gives the unit back', async () => {
    script.before = () => Promise.resolve({ code: 'providers_failed', detail: 'x' });
    expect(await start().run()).toBe('ended');
    expect(failure()).toEqual(['error', 'failed', expect.objectContaining({ recoverable: true, detail: 'x' })]);
    expect(room.units).toEqual(['given back']);
  });

  it('is final when the content was refused', async () => {
    script.before = () => Promise.resolve({ code: 'content_filtered', detail: 'x' });
    await start().run();
    expect(room.memory.last).toMatchObject({ recoverable: false });
  });

  it('counts for nothing when a pause is wanted', async () => {
    const run = start();
    script.before = () => {
      run.want('pause');
      return Promise.resolve({ code: 'providers_failed', detail: 'x' });
    };
    await run.run();
    expect(room.memory.status).toBe('paused');
  });
});
