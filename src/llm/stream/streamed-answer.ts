import { asObject, type JsonObject } from '../http/json.js';
import { refusedContent } from '../http/status-fault.js';
import { explainsItsEnd, saysNothing, tokenCounts } from '../openai/completion.js';
import { ProviderFault } from '../provider-fault.js';
import type { ChatChunk, ChunkListener, OpenAnswer, TokenCounts } from '../provider.js';
import { factsOf, finishOf, speaks } from './chunk-facts.js';

/** The usual estimate: about four characters to a token. */
const CHARACTERS_PER_TOKEN = 4;

/** The index of the first answer, as a rule the only one. */
const FIRST = 0;

export interface StreamedAnswerOptions {
  readonly listener: ChunkListener;
  readonly verbatim: boolean;
  /** How many answers were asked for, which may come one after the other. */
  readonly answers: number;
  /** Whether an empty answer is acceptable: a stop sequence can come first. */
  readonly mayBeEmpty: boolean;
  /** Called for each piece with content. */
  readonly onSaid: () => void;
}

/** An answer in progress: passes each piece to its listener, and knows whether it is whole. */
export class StreamedAnswer implements OpenAnswer {
  /** Something was said: the provider has taken the request. */
  hasSpoken = false;
  /** Answers that have said that they are over, by index. */
  private readonly finished = new Set<unknown>();
  private readonly begun = new Set<unknown>();
  private counted: TokenCounts | undefined;
  /** Token counts came with the end or after it: earlier ones are not final. */
  private countedLast = false;
  private characters = 0;
  private explained = false;
  /** The first words came with a finish reason: this provider may send one with every piece. */
  private abrupt = false;
  /** Something other than thoughts was said. */
  private hasAnswered = false;
  /** Words came after a finish reason: this provider's finish reasons mean nothing. */
  private wentOn = false;
  private pieces = 0;

  constructor(private readonly options: StreamedAnswerOptions) {}

  get isFinished(): boolean {
    return this.begun.size > 0 && this.finished.size === this.begun.size;
  }

  get isSaid(): boolean {
    return this.isFinished && !this.wentOn && this.begun.size >= this.options.answers;
  }

  get isOver(): boolean {
    return this.isSaid && !this.abrupt;
  }

  get isWhole(): boolean {
    return this.isOver && this.countedLast;
  }

  /** Its token counts: the provider's own, or where it failed before it gave any, an estimate by the length of what came. */
  get tokens(): TokenCounts {
    if (this.counted) return this.counted;
    const output = Math.ceil(this.characters / CHARACTERS_PER_TOKEN);
    return { prompt_tokens: 0, completion_tokens: output, total_tokens: output };
  }

  /** @throws ProviderFault when the answer reports a failure, or ends empty; what the listener throws. */
  add(chunk: ChatChunk): void {
    const facts = factsOf(chunk);
    const usage = chunk.words === undefined ? asObject(chunk.body['usage']) : undefined;
    if (usage) this.counted = tokenCounts(usage);
    if (facts.text !== '' || facts.other !== 'none') {
      this.abrupt ||= !this.hasSpoken && facts.finish !== undefined;
      this.hasSpoken = true;
      this.hasAnswered ||= facts.text !== '' || facts.other === 'more';
      this.pieces += chunk.run?.words.length ?? 1;
      this.characters += facts.text.length;
      this.options.onSaid();
    }
    if (facts.finish !== undefined) this.judge(facts.finish);
    this.options.listener.chunk(chunk, facts);
    // Only now: a chunk that the listener has refused has ended nothing.
    if (chunk.words === undefined) this.note(chunk);
    else if (this.finished.delete(FIRST)) this.wentOn = true;
    this.countedLast ||= usage !== undefined && this.isSaid;
  }

  taken(): Promise<void> | undefined {
    return this.options.listener.taken?.();
  }

  takePieces(): number {
    const { pieces } = this;
    this.pieces = 0;
    return pieces;
  }

  /** Each choice by itself: one of several in a chunk may end while another goes on. */
  private note({ body }: ChatChunk): void {
    const choices: readonly unknown[] = Array.isArray(body['choices']) ? body['choices'] : [];
    for (const value of choices) {
      const choice = asObject(value);
      const index = choice?.['index'] ?? FIRST;
      this.begun.add(index);
      if (speaks(choice) && this.finished.delete(index)) this.wentOn = true;
      if (!this.options.verbatim && refuses(asObject(choice?.['delta']))) throw this.failed(refusedContent('refusal'));
      if (finishOf(choice) !== undefined) this.finished.add(index);
    }
  }

  private judge(finish: string): void {
    this.explained ||= explainsItsEnd(finish, this.options.verbatim);
    // The finish reason of abrupt thoughts means nothing: the answer may follow.
    const isEmpty = !this.hasAnswered && !this.abrupt;
    if (isEmpty && !this.explained && !this.options.mayBeEmpty) throw this.failed(saysNothing());
  }

  private failed(fault: ProviderFault): ProviderFault {
    return new ProviderFault(fault.kind, { detail: fault.detail, usage: this.counted });
  }
}

/** Whether the model refuses in the `refusal` field, beside the content. */
function refuses(delta: JsonObject | undefined): boolean {
  const refusal = delta?.['refusal'];
  return typeof refusal === 'string' && refusal !== '';
}
