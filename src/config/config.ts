import type { z } from 'zod';
import { ENV_SCHEMA } from './env.schema.js';
import { isProviderVariable, readProviders, type ProviderConfig } from './providers.js';
import { EXIT, StartupFault } from './startup-fault.js';

export type { ProviderConfig };

type Env = z.infer<typeof ENV_SCHEMA>;

/** Origins whose pages may call the API: `*`, or a list. */
export type AllowedOrigins = Env['HOLDFAST_ALLOWED_ORIGINS'];
export type LogLevel = Env['LOG_LEVEL'];
export type ProcessRole = 'all' | 'api' | 'worker';

/** The operator's settings, checked once at start. */
export interface AppConfig {
  readonly environment: 'development' | 'test' | 'production';
  /** undefined: 3000, or the next free port when that is taken. */
  readonly port: number | undefined;
  readonly host: string;
  readonly logLevel: LogLevel;
  /** Without a slash at its end; undefined: derived from host and port once they are known. */
  readonly baseUrl: string | undefined;
  readonly role: ProcessRole;
  /** Absolute path. */
  readonly dataDir: string;
  readonly bootstrapKey: string | undefined;
  readonly secret: string | undefined;
  readonly allowedOrigins: AllowedOrigins;
  readonly migrateAtStart: boolean;
  readonly drainMs: number;
  /** How many days after its end a session is kept, unless its tenant has set another number; 0: for ever. */
  readonly sessionRetentionDays: number;
  readonly database: {
    /** undefined: the embedded Postgres. */
    readonly url: string | undefined;
    readonly migrationUrl: string | undefined;
    readonly directUrl: string | undefined;
    readonly poolSize: number;
  };
  readonly redisUrl: string | undefined;
  /** How many streams a process serves. */
  readonly streams: { readonly inAll: number; readonly perTenant: number };
  readonly llm: {
    /** In fallback order. */
    readonly providers: readonly ProviderConfig[];
    readonly offlineFallback: boolean;
  };
  /** Settings without effect, such as misspelt ones, which would otherwise be ignored in silence. */
  readonly warnings: readonly string[];
}

/** Injection token of {@link AppConfig}. */
export const APP_CONFIG = Symbol('AppConfig');

/** The variable whose empty value differs from an unset one. */
const MAY_BE_EMPTY = 'HOLDFAST_ALLOWED_ORIGINS';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads and checks the environment. An empty variable counts as unset, except {@link MAY_BE_EMPTY}.
 * @throws StartupFault (exit 78) that lists every fault at once.
 */
export function loadConfig(environment: Environment = process.env): AppConfig {
  const set = Object.fromEntries(
    Object.entries(environment).filter(
      ([name, value]) => value !== undefined && (value !== '' || name === MAY_BE_EMPTY),
    ),
  );
  const parsed = ENV_SCHEMA.safeParse(set);
  const faults = parsed.success ? [] : describe(parsed.error);
  const chain = readProviders(set);
  faults.push(...chain.faults);
  if (set['NODE_ENV'] === 'production' && set['DATABASE_URL'] === undefined)
    faults.push(
      `DATABASE_URL: must be set when NODE_ENV is production (the embedded Postgres is for development)${whoseProduction(set)}`,
    );
  if (!parsed.success || faults.length > 0)
    throw new StartupFault(
      `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}\nEvery setting is described in .env.example.`,
      EXIT.config,
    );
  return Object.freeze(
    toConfig(parsed.data, chain.providers, [...unknownSettings(set, chain.variables), ...chain.warnings]),
  );
}

function toConfig(env: Env, providers: AppConfig['llm']['providers'], warnings: readonly string[]): AppConfig {
  return {
    environment: env.NODE_ENV,
    port: env.PORT,
    host: env.HOST,
    logLevel: env.LOG_LEVEL,
    baseUrl: env.BASE_URL,
    role: env.HOLDFAST_ROLE,
    dataDir: env.HOLDFAST_DATA_DIR,
    bootstrapKey: env.HOLDFAST_BOOTSTRAP_KEY,
    secret: env.HOLDFAST_SECRET,
    allowedOrigins: env.HOLDFAST_ALLOWED_ORIGINS,
    migrateAtStart: env.HOLDFAST_MIGRATE === 'on',
    drainMs: env.HOLDFAST_DRAIN_MS,
    sessionRetentionDays: env.HOLDFAST_SESSION_RETENTION_DAYS,
    database: {
      url: env.DATABASE_URL,
      migrationUrl: env.DATABASE_MIGRATION_URL,
      directUrl: env.DATABASE_DIRECT_URL,
      poolSize: env.DATABASE_POOL_SIZE,
    },
    redisUrl: env.REDIS_URL,
    streams: { inAll: env.HOLDFAST_STREAMS, perTenant: env.HOLDFAST_STREAMS_PER_TENANT },
    llm: { providers, offlineFallback: env.LLM_OFFLINE_FALLBACK === 'true' },
    warnings,
  };
}

/** npm sets NODE_ENV when its setting omit=dev leaves out development packages, a cause that an operator would not suspect. */
function whoseProduction(set: Environment): string {
  return /\bdev\b/.test(set['npm_config_omit'] ?? '')
    ? '; npm sets NODE_ENV so, for its setting omit=dev: take that out of ~/.npmrc'
    : '';
}

/** Names the variable and the rule, never the value: it may be a secret. */
function describe(error: z.ZodError): string[] {
  return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
}

function unknownSettings(set: Environment, ofProviders: readonly string[]): string[] {
  const known = new Set([...Object.keys(ENV_SCHEMA.shape), ...ofProviders]);
  return Object.keys(set)
    .filter((name) => /^(HOLDFAST|DATABASE|LLM)_/.test(name) && !known.has(name))
    .map((name) =>
      isProviderVariable(name)
        ? `${name} is set, but LLM_PROVIDERS names no such provider`
        : `${name} is set, but there is no such setting (see .env.example)`,
    );
}
