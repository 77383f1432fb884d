import { createHash } from 'node:crypto';
import type { ChatCompletion, ChatRequest, LlmProvider } from '../provider.js';
import { readEnvelope } from './envelope.js';
import { planTask } from './plan-task.js';

const CODE_POINTS_PER_TOKEN = 4;
const ID_LENGTH = 24;

/** Seconds since the epoch. */
export type UnixClock = () => number;

/**
 * A provider that plans without a model: no network, no I/O, and the same answer to the same request. It answers breakdown requests
 * with `{"steps": […]}`, and any other text as a task at medium granularity.
 */
export class OfflinePlanner implements LlmProvider {
  readonly name = 'offline';
  readonly model = 'offline-planner-1';

  constructor(private readonly now: UnixClock = () => 0) {}

  /** @throws the signal's reason when it is aborted already. */
  async complete(request: ChatRequest, { signal }: { signal: AbortSignal }): Promise<ChatCompletion> {
    signal.throwIfAborted();
    const asked = request.messages.findLast(({ role }) => role === 'user')?.content ?? '';
    const content = JSON.stringify({ steps: planTask(readEnvelope(asked)) });
    const prompt = request.messages.reduce((sum, message) => sum + tokensOf(message.content), 0);
    const completion = tokensOf(content);
    return {
      id: `chatcmpl-${createHash('sha256').update(content).digest('hex').slice(0, ID_LENGTH)}`,
      object: 'chat.completion',
      created: this.now(),
      model: this.model,
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
      usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
    };
  }
}

function tokensOf(text: string): number {
  let points = 0;
  for (const _ of text) points += 1;
  return Math.ceil(points / CODE_POINTS_PER_TOKEN);
}
