import type { LlmBroker } from '../../src/llm/broker/broker.js';
import type { LlmAnswer, LlmCall } from '../../src/llm/broker/llm-call.js';
import { AppError } from '../../src/reliability/errors/app-error.js';
import type { ErrorCode } from '../../src/reliability/errors/codes.js';

const FRAMING = JSON.stringify({ questions: ['Where does the flour come from?'], constraints: [], unknowns: [] });
const ACTIONS = JSON.stringify({
  actions: [
    {
      order: 1,
      title: 'Ask three mills for a price',
      detail: 'By telephone.',
      depends_on: [],
      estimate_minutes: 60,
      owner_role: 'baker',
      first_step: 'Find their numbers.',
    },
  ],
});
const SAID: Readonly<Record<string, string>> = { frame: FRAMING, plan: ACTIONS };

/** Answers the calls of a council, and fails those that the test names, by their key. */
export class ScriptedBroker {
  readonly asked: { callId: string | undefined; first: string | undefined }[] = [];
  /** Happens while a call is under way. */
  before: () => void = () => {};
  private readonly failures = new Map<string, { error: unknown; left: number }>();

  get port(): LlmBroker {
    return { call: <T>(call: LlmCall<T>) => this.call(call) } as unknown as LlmBroker;
  }

  fails(key: string, code: ErrorCode, times = 1): void {
    this.failures.set(key, { error: new AppError(code), left: times });
  }

  throws(key: string, error: unknown): void {
    this.failures.set(key, { error, left: 1 });
  }

  private async call<T>({ callId, first, read }: LlmCall<T>): Promise<LlmAnswer<T>> {
    this.asked.push({ callId, first });
    const key = callId?.replace(/^[^/]+\//, '') ?? '';
    await Promise.resolve();
    this.before();
    const failure = this.failures.get(key);
    if (failure && failure.left > 0) {
      failure.left -= 1;
      throw failure.error;
    }
    const content = SAID[key] ?? `What ${key} has to say.`;
    const reading = read(content);
    if (!reading.ok) throw new Error(`${key}: ${reading.complaint}`);
    const choices = [{ index: 0, message: { role: 'assistant' as const, content }, finish_reason: 'stop' as const }];
    const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
    const completion = { id: 'x', object: 'chat.completion' as const, created: 0, model: 'model-1', choices, usage };
    return { value: reading.value, completion, provider: 'fake', model: 'model-1', attempts: 1 };
  }
}
