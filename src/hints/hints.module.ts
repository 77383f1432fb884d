import { Module } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/config.js';
import { Database } from '../database/database.js';
import { DatabaseNotices } from '../database/notices.js';
import { CircuitRegistry } from '../reliability/circuit/circuit.registry.js';
import { RANDOM, SLEEP, type Random, type Sleep } from '../reliability/ports.js';
import { LOGGER, type Logger } from '../telemetry/logger.js';
import type { HintTransport } from './hint-transport.js';
import { PostgresHints } from './postgres-hints.js';
import { RedisHints } from './redis-hints.js';
import { SessionHints } from './session-hints.js';

/** A transport that is back should be used at once: a probe costs one message. */
const CIRCUIT = { failures: 3, windowMs: 60_000, openMs: 1_000, successes: 1, probeLeaseMs: 15_000 } as const;

/** Hints between processes: by Postgres, or by Redis with Postgres behind it. */
@Module({
  providers: [
    {
      provide: SessionHints,
      inject: [APP_CONFIG, Database, DatabaseNotices, CircuitRegistry, RANDOM, SLEEP, LOGGER],
      useFactory: (
        config: AppConfig,
        database: Database,
        notices: DatabaseNotices,
        circuits: CircuitRegistry,
        random: Random,
        sleep: Sleep,
        log: Logger,
      ) => {
        const onError = (error: unknown) => log.debug({ err: error }, 'Redis cannot be reached; trying again');
        const onChange = (works: boolean, error: unknown) =>
          works
            ? log.info('Redis is used again for hints')
            : log.warn({ err: error }, 'Redis cannot be used; until it can, hints go by Postgres. Check REDIS_URL');
        const { redisUrl: url } = config;
        const transports: HintTransport[] = [
          ...(url === undefined ? [] : [RedisHints.open({ url, random, sleep, onError, onChange })]),
          new PostgresHints(database, notices),
        ];
        return new SessionHints({
          sleep,
          listens: config.role !== 'worker',
          routes: transports.map((transport) => ({
            transport,
            circuit: circuits.get(`hints-${transport.name}`, CIRCUIT),
          })),
        });
      },
    },
  ],
  exports: [SessionHints],
})
export class HintsModule {}
