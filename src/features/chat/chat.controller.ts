import { Body, Controller, Get, HttpCode, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Access, BodyLimit, DefaultDeadline, ExactNumbers, OpenAiErrors } from '../../http/access.js';
import { Answers, Fails } from '../../http/api-doc.js';
import { currentPrincipal } from '../../reliability/context/request-context.js';
import { ChatReply } from './chat-reply.js';
import { ChatService, LONGEST_ANSWER_MS } from './chat.service.js';
import type { ChatCompletionRequestDto, ModelListDto } from './dto/chat.dto.js';
import { ModelsService } from './models.service.js';

const MOST_BYTES = 10 * 1024 * 1024;

/** Any model behind the API that most clients know. */
@Controller('v1')
@Access('member')
@OpenAiErrors()
export class ChatController {
  constructor(
    private readonly chat: ChatService,
    private readonly models: ModelsService,
  ) {}

  /**
   * Answers a chat as OpenAI's API does; fields that are not described here pass through to the provider. An answer names the
   * model that gave it as `<provider>/<model>`. A stream that no provider could finish ends with an `error` event in the place of
   * `[DONE]`.
   */
  @Post('chat/completions')
  @HttpCode(200)
  @BodyLimit(MOST_BYTES)
  @ExactNumbers()
  @DefaultDeadline(LONGEST_ANSWER_MS)
  @Answers(
    {
      status: 200,
      description: 'The completion, or its chunks where `stream` is true.',
      body: 'any',
      headers: { 'X-Holdfast-Attempts': 'Attempts' },
    },
    { status: 200, description: 'The chunks of the completion.', type: 'text/event-stream' },
  )
  @Fails(
    'not_found',
    'request_too_large',
    'quota_exceeded',
    'provider_timeout',
    'provider_unavailable',
    'provider_invalid_response',
    'provider_request_failed',
    'content_filtered',
    'context_length_exceeded',
  )
  create(@Body() body: ChatCompletionRequestDto, @Res() reply: FastifyReply): Promise<void> {
    return this.chat.answer(currentPrincipal(), body, new ChatReply(reply));
  }

  /** Lists what can be asked for as `model`: the chain of providers as `auto`, and each of them. */
  @Get('models')
  list(): ModelListDto {
    return this.models.list();
  }
}
