import type { CouncilSpec } from '../../src/features/sessions/council/spec.js';
import { EMPTY_STATE } from '../../src/features/sessions/council/state.js';
import { RunLog } from '../../src/features/sessions/run/run-log.js';
import { SessionEndings } from '../../src/features/sessions/run/session-endings.js';
import { HoldsService } from '../../src/features/usage/index.js';
import { EMPTY_DIGEST } from '../../src/journal/digest.js';
import type { Wish } from '../../src/journal/session-write.js';
import type { RetryPorts } from '../../src/reliability/retry/retry.js';
import { councilSpec } from './council.js';
import { ManualClock } from './kernel/manual-clock.js';
import { MemoryLog } from './memory-log.js';

export const TENANT = '01a1fe47-0000-7000-8000-000000000001';
export const SESSION = '01a1fe47-0000-7000-8000-000000000002';

/** The parts of a run, with the log in memory and a clock that the test moves. */
export class RunRoom {
  readonly clock = new ManualClock();
  readonly memory = new MemoryLog();
  /** Ends all waits. */
  readonly quit = new AbortController();

  constructor(readonly spec: CouncilSpec = councilSpec(3, { maxRounds: 2 })) {}

  get ports(): RetryPorts {
    return { clock: this.clock, sleep: this.clock.sleep, random: () => 0.5 };
  }

  openLog(
    onAppend: (wanted: Wish | null) => void = () => {},
    { signal = this.quit.signal, unread = false } = {},
  ): RunLog {
    const { spec, ports, memory } = this;
    const parts = {
      tenantId: TENANT,
      sessionId: SESSION,
      projectId: null,
      installId: undefined,
      fence: 1,
      spec,
      ports,
      signal,
      onAppend,
      unread,
    };
    const end = { sequence: 0, digest: EMPTY_DIGEST };
    return new RunLog({ ...parts, repository: memory.repository }, end, EMPTY_STATE);
  }

  /** How the session's unit of the quota ended. */
  get units(): ('counted' | 'given back')[] {
    return this.memory.writes.flatMap(({ unit }) => (unit ? [unit.charged ? 'counted' : 'given back'] : []));
  }

  get endings(): SessionEndings {
    return new SessionEndings(new HoldsService(this.clock));
  }
}
