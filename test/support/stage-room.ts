import type { CallSpec } from '../../src/features/sessions/council/calls.js';
import { next, opening } from '../../src/features/sessions/council/council.js';
import { loadCouncilPrompts } from '../../src/features/sessions/council/prompts.js';
import type { RunFailure } from '../../src/features/sessions/run/run-control.js';
import type { RunLog } from '../../src/features/sessions/run/run-log.js';
import { StageCalls } from '../../src/features/sessions/run/stage-calls.js';
import { Deadline } from '../../src/reliability/deadline/deadline.js';
import type { ErrorCode } from '../../src/reliability/errors/codes.js';
import { councilSpec } from './council.js';
import { RunRoom, TENANT } from './run-room.js';
import { ScriptedBroker } from './scripted-broker.js';
import { StageScript } from './stage-script.js';

const prompts = loadCouncilPrompts();

/** The step by which time passes while the stage waits, milliseconds. */
const STEP_MS = 250;

/** The calls of a council of three, two of whom must be there. */
export class StageRoom extends RunRoom {
  readonly broker = new ScriptedBroker();
  readonly nudge = Promise.withResolvers<void>();
  readonly run = {
    interrupted: false,
    deadline: Deadline.never(this.clock),
    nudged: this.nudge.promise,
    tenantId: TENANT,
    callPrefix: 'ses_1',
    /** Calls and waits for a place, and how many of them are over. */
    lines: { begun: 0, over: 0 },
    standInLine() {
      this.lines.begun += 1;
      return () => void (this.lines.over += 1);
    },
  };
  readonly log: RunLog = this.openLog();
  readonly calls: StageCalls;

  private constructor() {
    super(councilSpec(3, { quorum: 2 }));
    const { spec, broker, ports } = this;
    this.calls = new StageCalls(this.run, this.log, {
      spec,
      prompts,
      broker: broker.port,
      ports,
      completion: () => this.endings.completion(),
      tell: () => {},
    });
  }

  /** @param begun whether the log tells of the session's start. */
  static async open({ begun = true } = {}): Promise<StageRoom> {
    const room = new StageRoom();
    if (begun) await room.begin();
    return room;
  }

  /** Writes the session's start. */
  async begin(): Promise<void> {
    await this.log.append(() => ({ events: opening(this.spec) }));
  }

  /** Asks for what is missing now, until it is stored. */
  async ask(): Promise<RunFailure | undefined> {
    const failure = await this.calls.ask(this.due());
    await this.log.stored;
    return failure;
  }

  /** Brings the council to its first round. */
  async framed(): Promise<void> {
    await this.ask();
    const keys = this.due()
      .map(({ key }) => key)
      .join();
    if (keys !== 'round-1/seat-1,round-1/seat-2,round-1/seat-3') throw new Error(`what is due is ${keys}`);
  }

  /** Brings the council to where only its plan is missing. */
  async synthesised(): Promise<void> {
    const script = new StageScript();
    while (this.due()[0]?.key !== 'plan') await script.answer(this.due(), this.log);
  }

  fail(keys: readonly string[], code: ErrorCode): void {
    for (const key of keys) this.broker.fails(key, code);
  }

  /** What was logged of absent seats. */
  get absences(): unknown[] {
    return this.memory.events
      .filter(({ type }) => type === 'seat_absent')
      .map(({ data }) => (JSON.parse(data) as { data: unknown }).data);
  }

  /** Asks again and again, as a run does, until the condition holds or the session fails. @returns the waits, milliseconds. */
  async waits(enough: () => boolean = () => false): Promise<{ waits: number[]; ending: RunFailure | undefined }> {
    const waits: number[] = [];
    for (;;) {
      const startedMs = this.clock.monotonicMs();
      const state = { asked: false };
      const asking = this.ask().finally(() => void (state.asked = true));
      await this.clock.settle();
      while (!state.asked) await this.clock.advance(STEP_MS);
      const ending = await asking;
      if (ending !== undefined || enough()) return { waits, ending };
      waits.push(this.clock.monotonicMs() - startedMs);
    }
  }

  private due(): readonly CallSpec[] {
    const step = next(this.spec, this.log.state);
    if (step.kind !== 'ask') throw new Error(`nothing is asked for: ${step.kind}`);
    return step.calls;
  }
}
