import { explainsItsEnd } from '../openai/completion.js';
import { ProviderFault } from '../provider-fault.js';
import type { ChatChunk, ChatMessage, ChatRequest, ChunkFacts, ChunkListener } from '../provider.js';
import { Alignment, prefillOf } from '../stream/alignment.js';

/** Whose chunk it is. */
export interface Origin {
  readonly provider: string;
  readonly model: string;
  /** Of the call, from 1. */
  readonly attempt: number;
}

/** Where the pieces of an answer go. What was sent cannot be taken back. */
export interface ChunkSink {
  send(chunk: ChatChunk, from: Origin): void;
  /** A promise for as long as no more can be taken. */
  taken(): Promise<void> | undefined;
}

/** Of longer answers the text is not kept, and nobody can finish them; UTF-16 units. */
const MOST_KEPT = 1_000_000;

/** Chunks that say nothing, before the first one that does. */
const MOST_OPENINGS = 16;

/**
 * Passes one answer on to a client while it is given, and over to the next provider when one dies: what was sent stays, and
 * the next one's words are sent from where they go on from it. An attempt that has sent nothing leaves no trace.
 */
export class Relay {
  /** The content that was sent. */
  private sent = '';
  private lastFrom: Origin | undefined;
  private finishable = true;
  /** How much of what was sent the provider now asked was given to go on from. */
  private prefill = 0;

  constructor(private readonly sink: ChunkSink) {}

  /** Something was sent: from here on the call ends as this answer, or as an error in its midst. */
  get isCommitted(): boolean {
    return this.lastFrom !== undefined;
  }

  /** The provider of which the client has heard last. */
  get speaker(): string | undefined {
    return this.lastFrom?.provider;
  }

  /** Nobody could finish what was sent. */
  get isStuck(): boolean {
    return this.isCommitted && !this.finishable;
  }

  /** Whether the provider now asked was given words of its own to go on from. */
  get usesPrefill(): boolean {
    return this.prefill > 0;
  }

  /** The request for the next provider. @param continues whether it is known to go on from a beginning. */
  requestFor(request: ChatRequest, continues: boolean): ChatRequest {
    // Of several answers to one beginning, the client would get all but the first without it.
    const isOne = request['n'] == null || request['n'] === 1;
    const messages = continues && isOne ? withPrefill(request.messages, prefillOf(this.sent)) : undefined;
    this.prefill = messages ? prefillOf(this.sent).length : 0;
    return messages ? { ...request, messages } : request;
  }

  /** An attempt begins. */
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

/** The first attempt of which the client hears: it hears nothing before the first piece that says something. */
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

/** An attempt at the rest of an answer. */
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
    // The client has seen thoughts of another model; these would not go with them.
    if (facts.other === 'thought' && facts.text === '') return [];
    // Of an answer that has only been thought about there is nothing to repeat.
    if (this.sent === '' && (facts.other === 'more' || facts.finish !== undefined)) this.alignment = undefined;
    if (!this.alignment) return [{ chunk, facts }];
    if (facts.other === 'more') throw diverged();
    const fresh = facts.text === '' ? undefined : this.alignment.push(facts.text);
    if (fresh === null) throw diverged();
    if (fresh === undefined && facts.finish !== undefined) {
      // Who refuses the content says why it is over; nobody else is asked then.
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

/** The answer's beginning as the last word of the assistant; undefined where that cannot be said. */
function withPrefill(messages: readonly ChatMessage[], prefill: string): readonly ChatMessage[] | undefined {
  if (prefill === '') return undefined;
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return [...messages, { role: 'assistant', content: prefill }];
  // The client has begun the answer itself.
  return typeof last.content === 'string'
    ? [...messages.slice(0, -1), { ...last, content: last.content + prefill }]
    : undefined;
}
