import { createHash } from 'node:crypto';
import { textOf, type ChatCompletion, type ChatRequest, type LlmProvider } from '../provider.js';
import { answerCouncil } from './council/answer-council.js';
import { readCouncilEnvelope } from './council/envelope.js';
import { readEnvelope } from './envelope.js';
import { planInWords } from './plan-in-words.js';
import { planTask } from './plan-task.js';

const CODE_POINTS_PER_TOKEN = 4;
const ID_LENGTH = 24;

/** What it is called where no configuration names it. */
export const OFFLINE_NAME = 'offline';
export const OFFLINE_MODEL = 'offline-planner-1';

/** Seconds since the epoch. */
export type UnixClock = () => number;

/**
 * A provider that plans without a model: no network, no I/O, and the same answer to the same request. It answers breakdown
 * requests with `{"steps": […]}`, the requests of a council in the form that each of them asks for, and any other text as a task
 * at medium granularity: in words when the caller passes answers on verbatim and asks for no other form.
 */
export class OfflinePlanner implements LlmProvider {
  readonly model = OFFLINE_MODEL;
  readonly hasOneModel = true;

  constructor(
    private readonly now: UnixClock = () => 0,
    readonly name: string = OFFLINE_NAME,
  ) {}

  /** @throws the signal's reason when it is aborted already. */
  async complete(
    request: ChatRequest,
    { signal, verbatim = false }: { signal: AbortSignal; verbatim?: boolean | undefined },
  ): Promise<ChatCompletion> {
    signal.throwIfAborted();
    const asked = textOf(request.messages.findLast(({ role }) => role === 'user')?.content ?? null);
    const inWords = verbatim && request.response_format === undefined;
    const content = inWords ? planInWords(planTask(readEnvelope(asked))) : answerTo(asked);
    const prompt = request.messages.reduce((sum, message) => sum + tokensOf(textOf(message.content)), 0);
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

function answerTo(asked: string): string {
  const council = readCouncilEnvelope(asked);
  return council === undefined ? JSON.stringify({ steps: planTask(readEnvelope(asked)) }) : answerCouncil(council);
}

function tokensOf(text: string): number {
  let points = 0;
  for (const _ of text) points += 1;
  return Math.ceil(points / CODE_POINTS_PER_TOKEN);
}
