import { randomBytes } from 'node:crypto';
import { Global, Inject, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { APP_CONFIG, type AppConfig, type ProcessRole } from '../../config/config.js';
import { AUTHENTICATOR } from '../../http/authenticator.js';
import { CLOCK, type Clock } from '../../reliability/ports.js';
import { LOGGER, type Logger } from '../../telemetry/logger.js';
import { ApiKeysController } from './api-keys.controller.js';
import { CredentialAuthenticator } from './authenticator.js';
import { bootstrap } from './bootstrap.js';
import { ClientTokens } from './client-tokens.js';
import { KeyDirectory } from './key-directory.js';
import { MembersController } from './members.controller.js';
import { QuotaHolders } from './quota-holders.js';
import { QuotasController } from './quotas.controller.js';
import { QuotasService } from './quotas.service.js';
import { StreamTickets } from './stream-tickets.js';
import { StreamTicketsRepository } from './stream-tickets.repository.js';
import { TenancyRepository } from './tenancy.repository.js';
import { TenancyService } from './tenancy.service.js';
import { TenantsController } from './tenants.controller.js';

const CLIENT_TOKEN_SECRET = 'client-token';

const CONTROLLERS = [TenantsController, ApiKeysController, MembersController, QuotasController];

@Global()
@Module({
  providers: [
    TenancyRepository,
    TenancyService,
    QuotaHolders,
    QuotasService,
    StreamTickets,
    StreamTicketsRepository,
    {
      provide: KeyDirectory,
      inject: [TenancyRepository, CLOCK],
      useFactory: (repository: TenancyRepository, clock: Clock) =>
        new KeyDirectory(
          (id) => repository.findKey(id),
          clock,
          (ids) => repository.findKeys(ids),
        ),
    },
    { provide: ClientTokens, inject: [CLOCK], useFactory: (clock: Clock) => new ClientTokens(clock) },
    {
      provide: AUTHENTICATOR,
      inject: [KeyDirectory, ClientTokens, StreamTickets, StreamTicketsRepository, CLOCK],
      useFactory: (
        keys: KeyDirectory,
        clientTokens: ClientTokens,
        tickets: StreamTickets,
        used: StreamTicketsRepository,
        clock: Clock,
      ) => new CredentialAuthenticator({ keys, clientTokens, tickets, used, clock }),
    },
  ],
  exports: [AUTHENTICATOR, QuotaHolders, StreamTickets],
})
export class TenancyModule implements OnModuleInit {
  constructor(
    private readonly repository: TenancyRepository,
    private readonly clientTokens: ClientTokens,
    private readonly tickets: StreamTickets,
    @Inject(AUTHENTICATOR) private readonly authenticator: CredentialAuthenticator,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** A worker judges credentials, but serves none of the routes. */
  static forRole(role: ProcessRole): DynamicModule {
    return { module: TenancyModule, controllers: role === 'worker' ? [] : CONTROLLERS };
  }

  /** Before the first request: the first key exists, and everything that judges credentials is at hand. */
  async onModuleInit(): Promise<void> {
    const made = await bootstrap(this.repository, this.config);
    if (made.made === 'generated') this.logger.info({ key_file: made.keyFile }, 'made the first API key');
    if (made.made === 'nothing' && this.config.bootstrapKey !== undefined)
      this.logger.warn('HOLDFAST_BOOTSTRAP_KEY is ignored: there is a key already');
    this.authenticator.admitOpaque(await this.repository.findOpaqueKeyIds());
    const secret =
      this.config.secret === undefined
        ? await this.repository.secret(CLIENT_TOKEN_SECRET, randomBytes(32))
        : Buffer.from(this.config.secret, 'utf8');
    this.clientTokens.useSecret(secret);
    this.tickets.useSecret(secret);
  }
}
