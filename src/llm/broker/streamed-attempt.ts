import type { Clock } from '../../reliability/ports.js';
import { chunksOf } from '../openai/openai-stream.js';
import { ProviderFault } from '../provider-fault.js';
import type { ChatCompletion, ChatRequest, ChunkFacts, ChunkListener, ProviderCall, StreamCall } from '../provider.js';
import { StreamedAnswer } from '../stream/streamed-answer.js';
import type { LlmCall, TextDelta } from './llm-call.js';
import type { Origin } from './relay.js';
import type { Route } from './route.js';

/** When an answer must be whole for its text to count, in monotonic milliseconds. */
interface Time {
  readonly clock: Clock;
  readonly untilMs: number;
}

export interface StreamedAttemptParts {
  readonly from: Origin;
  readonly time: Time;
  /** Called for each piece with content. */
  readonly onSaid: () => void;
}

/** An attempt whose answer is streamed. */
export class StreamedAttempt {
  readonly answer: StreamedAnswer;
  private readonly told: ToldText | undefined;
  private readonly from: Origin;

  constructor(
    private readonly route: Route,
    call: LlmCall<unknown>,
    { from, time, onSaid }: StreamedAttemptParts,
  ) {
    this.from = from;
    const { request, relay, onDelta, verbatim = false, limits } = call;
    this.told = relay
      ? undefined
      : new ToldText({ attempt: from.attempt, tell: onDelta, most: limits.maxAnswerBytes, time });
    const listener = relay?.listen(from) ?? this.told ?? { chunk: () => {} };
    const answers = typeof request['n'] === 'number' ? request['n'] : 1;
    this.answer = new StreamedAnswer({ listener, verbatim, answers, mayBeEmpty: mayBeEmpty(request), onSaid });
  }

  /** @returns a completion with the text alone; without text when a relay has taken it. */
  async ask(request: ChatRequest, limits: ProviderCall & StreamCall): Promise<ChatCompletion> {
    const { provider } = this.route;
    try {
      if (provider.stream) await provider.stream(request, limits, this.answer);
      else for (const chunk of chunksOf(await provider.complete(request, limits))) this.answer.add(chunk);
    } finally {
      // Flushes the last pieces now, not after the answer was charged or another provider has taken over.
      void this.answer.taken();
    }
    const message = { role: 'assistant' as const, content: this.told?.text ?? '' };
    return {
      id: '',
      object: 'chat.completion',
      created: 0,
      model: this.from.model,
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      usage: this.answer.tokens,
    };
  }
}

/** Whether an empty answer is acceptable: see `ProviderCall.mayBeEmpty`. */
export function mayBeEmpty(request: ChatRequest): boolean {
  return request['stop'] != null;
}

interface ToldTextParts {
  readonly attempt: number;
  readonly tell: ((delta: TextDelta) => void) | undefined;
  readonly most: number;
  readonly time: Time;
}

/** Gathers the text of an answer, and passes on each piece as it comes. */
class ToldText implements ChunkListener {
  text = '';

  constructor(private readonly parts: ToldTextParts) {}

  chunk(_chunk: unknown, { text }: ChunkFacts): void {
    const { attempt, tell, most, time } = this.parts;
    // A trickle never stalls: without this limit it could go on for ever.
    if (time.clock.monotonicMs() > time.untilMs) throw new ProviderFault('too_slow');
    if (text === '') return;
    this.text += text;
    if (this.text.length > most) throw new ProviderFault('too_large');
    tell?.({ attempt, text });
  }
}
