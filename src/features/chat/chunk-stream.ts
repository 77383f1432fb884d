import type { ServerResponse } from 'node:http';
import type { ChunkSink, Origin } from '../../llm/broker/relay.js';
import { asObject, parseJson, parseJsonExactly } from '../../llm/http/json.js';
import type { ChatChunk } from '../../llm/provider.js';

export interface ChunkStreamOptions {
  readonly raw: ServerResponse;
  /** Whether the client has asked for counts of tokens. */
  readonly includesUsage: boolean;
  /** Takes the response over, with the headers that it has so far. */
  readonly takeOver: (attempt: number) => void;
}

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

/** What identifies an answer: the same in all of its chunks, whichever provider gives them. */
interface Identity {
  readonly id: unknown;
  readonly created: unknown;
}

const LEAD = 'data: ';
const END = '\n\n';

/** Chunks on their way to a client. What one read from the provider brings goes out in one write. */
export class ChunkStream implements ChunkSink {
  private hasHead = false;
  private identity: Identity | undefined;
  private opening: Opening | undefined;
  /** Bytes to be written, one character each. */
  private batch = '';

  constructor(private readonly options: ChunkStreamOptions) {}

  /** Its head has been sent: nothing but chunks can follow. */
  get isOpen(): boolean {
    return this.hasHead;
  }

  send(chunk: ChatChunk, from: Origin): void {
    if (!this.hasHead) this.open(from);
    if (chunk.words === undefined) this.identity ??= identityOf(chunk);
    if (!this.options.includesUsage && chunk.words === undefined && isUsageAlone(chunk)) return;
    this.batch += bytesOf(this.eventsOf(chunk, from));
  }

  taken(): Promise<void> | undefined {
    const { raw } = this.options;
    const { batch } = this;
    this.batch = '';
    if (batch === '' || raw.destroyed || raw.write(batch, 'latin1')) return undefined;
    return new Promise((resolve) => {
      const settle = () => {
        raw.off('drain', settle);
        raw.off('close', settle);
        resolve();
      };
      raw.once('drain', settle);
      raw.once('close', settle);
    });
  }

  end(): void {
    // A client may leave with the last word.
    if (!this.options.raw.destroyed) this.options.raw.end(`${this.batch}data: [DONE]\n\n`, 'latin1');
  }

  /** Ends without `[DONE]`: clients must not take what they have for the whole. */
  breakOff(error: object): void {
    this.options.raw.end(this.batch + bytesOf(LEAD + JSON.stringify(error) + END), 'latin1');
  }

  private eventsOf(chunk: ChatChunk, from: Origin): string {
    const { text, run } = chunk;
    const opening = text === undefined ? undefined : this.openingFor(chunk, text, from);
    if (run && opening && run.before.startsWith(opening.heard)) {
      const lead = LEAD + opening.said + run.before.slice(opening.heard.length);
      const end = run.after + END;
      return lead + run.words.join(end + lead) + end;
    }
    if (run) return run.words.map((one) => this.eventsOf(writtenAs(run.before + one + run.after), from)).join('');
    const said = opening ? opening.said + text?.slice(opening.heard.length) : this.rewritten(chunk, from);
    return LEAD + said + END;
  }

  /** Most chunks of a stream begin like the one before. */
  private openingFor(chunk: ChatChunk, text: string, from: Origin): Opening | undefined {
    if (this.opening?.from !== from || !text.startsWith(this.opening.heard))
      this.opening = openingOf(chunk.body, text, from, this.identity);
    return this.opening;
  }

  private rewritten({ body, text }: ChatChunk, from: Origin): string {
    const exact = text === undefined ? body : asObject(parseJsonExactly(text));
    return JSON.stringify({ ...exact, ...this.identity, model: nameOf(from) });
  }

  private open({ attempt }: Origin): void {
    const { raw, takeOver } = this.options;
    takeOver(attempt);
    raw.writeHead(200, HEADERS);
    this.hasHead = true;
  }
}

/**
 * The bytes of a text in UTF-8, one character each. Most texts are that already; any other would make the whole batch twice as
 * wide, and several times as slow to write.
 */
function bytesOf(text: string): string {
  return Buffer.byteLength(text) === text.length ? text : Buffer.from(text).toString('latin1');
}

/** Azure begins with a chunk that has no identity yet, only its judgement of the prompt. */
function identityOf({ body: { id, created } }: ChatChunk): Identity | undefined {
  return typeof id === 'string' && id !== '' ? { id, created } : undefined;
}

function isUsageAlone({ body: { choices, usage } }: ChatChunk): boolean {
  return Array.isArray(choices) && choices.length === 0 && typeof usage === 'object' && usage !== null;
}

/** How the chunks of one provider begin, and how they begin when we send them on. */
interface Opening {
  readonly from: Origin;
  readonly heard: string;
  readonly said: string;
}

/**
 * The beginning of a chunk as its provider has written it, and with our name for the model; undefined where the chunk must be
 * written anew. The provider's own text stays where it can: writing it again would cost time and, in long numbers, digits.
 */
function openingOf(
  body: ChatChunk['body'],
  text: string,
  from: Origin,
  identity: Identity | undefined,
): Opening | undefined {
  if (identity && body['id'] !== identity.id) return undefined;
  const end = text.indexOf(CHOICES);
  // Inside of a JSON string its quotes would be escaped, so that this is the name of a field.
  const field = `"model":${JSON.stringify(body['model'])}`;
  const at = text.indexOf(field);
  if (at === -1 || at + field.length > end) return undefined;
  const heard = text.slice(0, end);
  const name = nameOf(from);
  const said = `${text.slice(0, at)}"model":${JSON.stringify(name)}${text.slice(at + field.length, end)}`;
  // The field found may belong to an object that comes before the real one.
  return asObject(parseJson(`${said}${CHOICES}:0}`))?.['model'] === name ? { from, heard, said } : undefined;
}

const CHOICES = '"choices"';

function writtenAs(text: string): ChatChunk {
  return { body: asObject(parseJson(text)) ?? {}, text };
}

function nameOf({ provider, model }: Origin): string {
  return `${provider}/${model}`;
}
