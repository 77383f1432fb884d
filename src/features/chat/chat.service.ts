import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DEFAULT_DEADLINE_MS } from '../../http/limits.js';
import { LlmBroker } from '../../llm/broker/broker.js';
import type { CallLimits, LlmAnswer, LlmCall } from '../../llm/broker/llm-call.js';
import { Relay } from '../../llm/broker/relay.js';
import { currentContext, type Principal } from '../../reliability/context/request-context.js';
import { Deadline } from '../../reliability/deadline/deadline.js';
import { CLOCK, type Clock } from '../../reliability/ports.js';
import { QuotaHolders } from '../tenancy/index.js';
import { ChargesService } from '../usage/index.js';
import type { ChatReply } from './chat-reply.js';
import { readChatRequest, type WantedChat } from './chat-request.js';
import type { ChatCompletionRequestDto } from './dto/chat.dto.js';
import { ModelsService } from './models.service.js';

const FEATURE = 'chat';

/** How long tokens may flow where the client sets no deadline, milliseconds. */
export const LONGEST_ANSWER_MS = 600_000;

const LIMITS: CallLimits = {
  // Without a stream, a model that thinks cannot be told from a dead one.
  attemptMs: 120_000,
  // The deadline of an interactive request: no client waits longer for the first word.
  retryWithinMs: DEFAULT_DEADLINE_MS,
  maxAnswerBytes: 32 * 1024 * 1024,
  retries: 3,
};

/** Passes chats on to the chain of providers. Texts are neither stored nor logged. */
@Injectable()
export class ChatService implements OnModuleInit {
  constructor(
    private readonly charges: ChargesService,
    private readonly quotas: QuotaHolders,
    private readonly broker: LlmBroker,
    private readonly models: ModelsService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.quotas.add(FEATURE, (_manager, tenantId) => this.charges.limit({ tenantId, feature: FEATURE }));
  }

  /** @throws AppError validation_error, not_found, quota_exceeded, of category upstream, unless the answer has begun. */
  async answer(principal: Principal, body: ChatCompletionRequestDto, reply: ChatReply): Promise<void> {
    const wanted = readChatRequest(body);
    const only = this.models.choose(wanted.model);
    const call = {
      request: wanted.request,
      read: () => ({ ok: true, value: undefined }) as const,
      limits: LIMITS,
      deadline: currentContext()?.deadline ?? Deadline.after(this.clock, LONGEST_ANSWER_MS),
      onBegin: () => reply.countAttempt(),
      only,
      verbatim: true,
    };
    const charged = { principal, feature: FEATURE, installId: undefined, discreet: !wanted.stream };
    const delivered = wanted.stream;
    const ask = async () => ({ result: await this.put(call, wanted, reply), chargeable: true, delivered });
    try {
      const answer = await this.charges.charge(charged, ask);
      reply.finish(answer);
    } catch (error) {
      reply.fail(error);
    }
  }

  private put(call: LlmCall<undefined>, wanted: WantedChat, reply: ChatReply): Promise<LlmAnswer<undefined>> {
    if (!wanted.stream) return this.broker.call(call);
    return this.broker.call({ ...call, relay: new Relay(reply.stream(wanted.includesUsage)) });
  }
}
