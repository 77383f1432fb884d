import { Inject, Injectable, Optional } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppError } from '../reliability/errors/app-error.js';
import { problemHeaders, toProblem } from '../reliability/errors/problem.js';
import type { ProblemWriter } from '../reliability/errors/problem.filter.js';
import { isClientGone } from '../reliability/errors/to-app-error.js';
import { RANDOM, type Random } from '../reliability/ports.js';
import { comeBack } from './event-source.js';
import { HTTP_OPTIONS, type HttpOptions } from './http-options.js';
import { ATTEMPTS_HEADER, openAiErrorHeaders, toOpenAiError } from './openai-error.js';
import { newRequestId } from './request-id.js';
import { shownPathOf } from './url-path.js';

const JSON_CONTENT_TYPE = 'application/json; charset=utf-8';

/** Writes problems through Fastify, and past it where the reply is no longer Fastify's to send. Never throws. */
@Injectable()
export class FastifyProblemWriter implements ProblemWriter {
  constructor(
    @Inject(HTTP_OPTIONS) private readonly options: HttpOptions,
    @Optional() @Inject(RANDOM) private readonly random: Random = Math.random,
  ) {}

  write(response: FastifyReply, request: FastifyRequest, error: AppError): void {
    try {
      if (request.exchange) request.exchange.failure ??= error;
      if (isClientGone(error) || response.raw.destroyed) return;
      if (response.raw.headersSent) this.breakOff(response);
      else if (response.sent) this.writeRaw(response, request, error);
      else this.send(response, request, error);
    } catch {
      // The client can no longer be told; a connection that ends early at least does not look like success.
      response.raw.destroy();
    }
  }

  private send(reply: FastifyReply, request: FastifyRequest, error: AppError): void {
    // Fastify closes the connection of a body that it refuses: a client that is still sending would be reset, and lose the
    // answer. Kept open, the connection drops what the client sends, for as long as a request may take.
    if (error.code === 'payload_too_large') reply.removeHeader('connection');
    const { status, headers, body } = this.answerTo(reply, request, error);
    void reply.code(status).headers(headers).send(body);
  }

  /** After `reply.hijack()` Fastify sends nothing any more. */
  private writeRaw(reply: FastifyReply, request: FastifyRequest, error: AppError): void {
    const { status, headers, body } = this.answerTo(reply, request, error);
    for (const [name, value] of Object.entries({ ...reply.getHeaders(), ...headers }))
      if (value !== undefined) reply.raw.setHeader(name, value);
    reply.raw.writeHead(status, { 'content-length': Buffer.byteLength(body) });
    reply.raw.end(body);
  }

  /** The head has gone out as a success: an answer that breaks off must not look complete. */
  private breakOff(reply: FastifyReply): void {
    if (!reply.raw.writableEnded) reply.raw.destroy();
  }

  private answerTo(reply: FastifyReply, request: FastifyRequest, error: AppError) {
    const kind = comeBack(request.exchange, error, this.random);
    if (kind) return { status: 200, ...kind };
    return { status: error.status, headers: headersOf(reply, request, error), body: this.body(request, error) };
  }

  private body(request: FastifyRequest, error: AppError): string {
    if (speaksOpenAi(request)) return JSON.stringify(toOpenAiError(error));
    const { baseUrl } = this.options;
    const requestId = request.exchange?.requestId ?? newRequestId();
    return JSON.stringify(toProblem(error, { baseUrl, instance: shownPathOf(request.raw.url), requestId }));
  }
}

function speaksOpenAi({ exchange }: FastifyRequest): boolean {
  return exchange?.plan.settings.errors === 'openai';
}

function headersOf(reply: FastifyReply, request: FastifyRequest, error: AppError): Record<string, string> {
  const headers = problemHeaders(error);
  if (!speaksOpenAi(request)) return headers;
  return {
    ...headers,
    ...openAiErrorHeaders(error),
    'content-type': JSON_CONTENT_TYPE,
    [ATTEMPTS_HEADER]: String(reply.getHeader(ATTEMPTS_HEADER) ?? 0),
  };
}
