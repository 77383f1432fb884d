import { Inject, Injectable } from '@nestjs/common';
import { LlmBroker } from '../../llm/broker/broker.js';
import type { ChosenRoute } from '../../llm/broker/llm-call.js';
import { AppError } from '../../reliability/errors/app-error.js';
import { CLOCK, type Clock } from '../../reliability/ports.js';
import type { ModelListDto } from './dto/chat.dto.js';

/** Stands for the whole chain. */
const AUTO = 'auto';
const OWNER = 'holdfast';

/** The names under which clients ask for models. */
@Injectable()
export class ModelsService {
  private readonly created: number;

  constructor(
    private readonly broker: LlmBroker,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.created = Math.floor(clock.epochMs() / 1000);
  }

  list(): ModelListDto {
    const { created } = this;
    const model = (id: string, owner: string) => ({ id, object: 'model' as const, created, owned_by: owner });
    const routes = this.broker.routes.map(({ name, model: own }) => model(`${name}/${own}`, name));
    return { object: 'list', data: [model(AUTO, OWNER), ...routes] };
  }

  /**
   * The provider, and perhaps model, that a name stands for; undefined for the chain.
   * @throws AppError not_found
   */
  choose(name: string): ChosenRoute | undefined {
    if (name === AUTO) return undefined;
    const slash = name.indexOf('/');
    const provider = slash === -1 ? name : name.slice(0, slash);
    const model = slash === -1 ? undefined : name.slice(slash + 1);
    const route = this.broker.routes.find((one) => one.name === provider);
    const isKnown = model === undefined || model === route?.model || route?.provider.hasOneModel !== true;
    if (!route || model === '' || !isKnown)
      throw new AppError('not_found', {
        errors: [{ pointer: '/model', detail: 'is not the name of a model: GET /v1/models lists them' }],
      });
    return { provider, model };
  }
}
