import type { FastifyReply } from 'fastify';
import { ATTEMPTS_HEADER, toOpenAiError } from '../../http/openai-error.js';
import type { LlmAnswer } from '../../llm/broker/llm-call.js';
import { isClientGone, toAppError } from '../../reliability/errors/to-app-error.js';
import { ChunkStream } from './chunk-stream.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/** The answer to one chat request: a body, or a stream of chunks. */
export class ChatReply {
  private attempts = 0;
  private chunks: ChunkStream | undefined;

  constructor(private readonly reply: FastifyReply) {}

  /** An attempt at a provider begins. Sets the header now: if the deadline passes, the answer is sent from elsewhere. */
  countAttempt(): void {
    this.attempts += 1;
    this.reply.header(ATTEMPTS_HEADER, String(this.attempts));
  }

  /** Opens with the first chunk that is sent. */
  stream(includesUsage: boolean): ChunkStream {
    const { reply } = this;
    this.chunks = new ChunkStream({
      includesUsage,
      raw: reply.raw,
      takeOver: (attempt) => {
        reply.header(ATTEMPTS_HEADER, String(attempt));
        reply.hijack();
        for (const [name, value] of Object.entries(reply.getHeaders()))
          if (value !== undefined) reply.raw.setHeader(name, value);
      },
    });
    return this.chunks;
  }

  finish({ completion, provider, model, attempts }: LlmAnswer<undefined>): void {
    if (this.chunks) return this.chunks.end();
    const body = JSON.stringify({ ...completion, model: `${provider}/${model}` });
    void this.reply.header(ATTEMPTS_HEADER, String(attempts)).type(JSON_TYPE).send(body);
  }

  /** Ends an open stream with the error. @throws the error when no stream is open. */
  fail(error: unknown): void {
    if (this.chunks?.isOpen !== true) throw error;
    const failure = toAppError(error);
    const { exchange } = this.reply.request;
    if (exchange) exchange.failure ??= failure;
    if (!isClientGone(failure)) this.chunks.breakOff(toOpenAiError(failure));
  }
}
