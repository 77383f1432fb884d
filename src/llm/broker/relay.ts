import { explainsItsEnd } from '../openai/completion.js';
import { ProviderFault } from '../provider-fault.js';
import type { ChatChunk, ChatMessage, ChatRequest, ChunkFacts, ChunkListener } from '../provider.js';
import { Alignment, prefillOf } from '../stream/alignment.js';

/** The attempt that a chunk comes from. */
export interface Origin {
  readonly provider: string;
  readonly model: string;
  /** Counts within the call, from 1. */
  readonly attempt: number;
}

/** Where the pieces of an answer go. What was sent cannot be taken back. */
export interface ChunkSink {
  send(chunk: ChatChunk, from: Origin): void;
  /** A promise while the sink can take no more. */
  taken(): Promise<void> | undefined;
}

/** The text of a longer answer is dropped: no other provider can finish it. UTF-16 units. */
const MOST_KEPT = 1_000_000;

/** How many chunks without content are kept until the first one with content; more are dropped. */
const MOST_OPENINGS = 16;

/**
 * Passes one answer on to a client as it streams. When a provider dies midway, the next one takes over: what was sent stays,
 * and its words are sent from the point where they continue that. An attempt that sent nothing leaves no trace.
 */
export class Relay {
  /** The content that was sent. */
  private sent = '';
  private lastFrom: Origin | undefined;
  private finishable = true;
  /** How much of the sent text the current provider was given to continue, UTF-16 units. */
  private prefill = 0;

  constructor(private readonly sink: ChunkSink) {}

  /** Something was sent: the call can now end only as this answer, or as an error within it. */
  get isCommitted(): boolean {
    return this.lastFrom !== undefined;
  }

  /** The provider whose chunk was sent last. */
  get speaker(): string | undefined {
    return this.lastFrom?.provider;
  }

  /** No other provider could finish what was sent. */
  get isStuck(): boolean {
    return this.isCommitted && !this.finishable;
  }

  /** Whether the current provider was given the sent text as a prefill. */
  get usesPrefill(): boolean {
    return this.prefill > 0;
  }

  /** The request for the next provider. @param continues whether it is known to continue a prefill. */
  requestFor(request: ChatRequest, continues: boolean): ChatRequest {
    // With several answers, all but the first would reach the client without the beginning.
    const isOne = request['n'] == null || request['n'] === 1;
    const messages = continues && isOne ? withPrefill(request.messages, prefillOf(this.sent)) : undefined;
    this.prefill = messages ? prefillOf(this.sent).length : 0;
    return messages ? { ...request, messages } : request;
  }

  /** Begins an attempt. */
  listen(from: Origin): ChunkListener {
    const attempt = this.isCommitted ? new Takeover(this.sent, this.prefill) : new Opening();
    return {
      chunk: (chunk, facts) => {
        if (attempt.isThrough(facts)) this.send({ chunk, facts }, from);
        else for (const one of attempt.pass(chunk, facts)) this.send(one, from);
      },
      taken: () => this.sink.taken(),
    };
  }

  private send({ chunk, facts }: Passed, from: Origin): void {
    this.lastFrom = from;
    if (facts.other === 'more') this.finishable = false;
    if (this.finishable) this.sent += facts.text;
    if (this.sent.length > MOST_KEPT) {
      this.finishable = false;
      this.sent = '';
    }
    this.sink.send(chunk, from);
  }
}

interface Passed {
  readonly chunk: ChatChunk;
  readonly facts: ChunkFacts;
}

/** The first attempt that reaches the client: nothing is sent before the first piece with content. */
class Opening {
  private kept: Passed[] | undefined = [];

  /** Whether everything is sent as it comes. */
  isThrough(): boolean {
    return this.kept === undefined;
  }

  pass(chunk: ChatChunk, facts: ChunkFacts): readonly Passed[] {
    this.kept ??= [];
    if (this.kept.length < MOST_OPENINGS) this.kept.push({ chunk, facts });
    if (facts.text === '' && facts.other === 'none' && facts.finish === undefined) return [];
    const all = this.kept.at(-1)?.chunk === chunk ? this.kept : [...this.kept, { chunk, facts }];
    this.kept = undefined;
    return all;
  }
}

/** An attempt to finish an answer that has begun. */
class Takeover {
  private alignment: Alignment | undefined;

  constructor(
    private readonly sent: string,
    prefill: number,
  ) {
    this.alignment = new Alignment(sent, prefill);
  }

  isThrough({ other }: ChunkFacts): boolean {
    return this.alignment === undefined && other !== 'thought';
  }

  pass(chunk: ChatChunk, facts: ChunkFacts): readonly Passed[] {
    // The client has seen another model's thoughts; these would not fit them.
    if (facts.other === 'thought' && facts.text === '') return [];
    // Only thoughts were sent so far: there is no text to repeat.
    if (this.sent === '' && (facts.other === 'more' || facts.finish !== undefined)) this.alignment = undefined;
    if (!this.alignment) return [{ chunk, facts }];
    if (facts.other === 'more') throw diverged();
    const fresh = facts.text === '' ? undefined : this.alignment.push(facts.text);
    if (fresh === null) throw diverged();
    if (fresh === undefined && facts.finish !== undefined) {
      // Throws for a refusal of the content: then no other provider is asked.
      explainsItsEnd(facts.finish, false);
      throw diverged();
    }
    if (fresh === undefined) return [];
    this.alignment = undefined;
    return fresh === '' && facts.finish === undefined ? [] : [withText(chunk, facts, fresh)];
  }
}

function diverged(): ProviderFault {
  return new ProviderFault('diverged', { detail: 'No other provider could go on from where the answer broke off.' });
}

function withText({ body }: ChatChunk, { finish }: ChunkFacts, text: string): Passed {
  const choice = { index: 0, delta: { content: text }, finish_reason: finish ?? null };
  return { chunk: { body: { ...body, choices: [choice] } }, facts: { text, other: 'none', finish } };
}

/** The messages with the answer's beginning as the assistant's last one; undefined where that cannot be written. */
function withPrefill(messages: readonly ChatMessage[], prefill: string): readonly ChatMessage[] | undefined {
  if (prefill === '') return undefined;
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return [...messages, { role: 'assistant', content: prefill }];
  // The client itself sent a prefill.
  return typeof last.content === 'string'
    ? [...messages.slice(0, -1), { ...last, content: last.content + prefill }]
    : undefined;
}
