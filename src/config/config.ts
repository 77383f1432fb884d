import type { z } from 'zod';
import { ENV_SCHEMA, PROVIDER_SCHEMA } from './env.schema.js';
import { EXIT, StartupFault } from './startup-fault.js';

type Env = z.infer<typeof ENV_SCHEMA>;

export type LogLevel = Env['LOG_LEVEL'];
export type ProcessRole = 'all' | 'api' | 'worker';

/** What an operator has decided, checked once at start. */
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
  readonly migrateAtStart: boolean;
  readonly drainMs: number;
  readonly database: {
    /** undefined: the embedded Postgres. */
    readonly url: string | undefined;
    readonly migrationUrl: string | undefined;
    readonly directUrl: string | undefined;
    readonly poolSize: number;
  };
  readonly redisUrl: string | undefined;
  readonly llm: {
    /** In fallback order. */
    readonly providers: readonly { readonly name: string; readonly kind: 'offline' }[];
    readonly offlineFallback: boolean;
  };
  /** Settings that look like ours and are not: misspelt ones would otherwise be ignored in silence. */
  readonly warnings: readonly string[];
}

/** Injection token of {@link AppConfig}. */
export const APP_CONFIG = Symbol('AppConfig');

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads and checks the environment. An empty variable counts as unset.
 * @throws StartupFault (exit 78) that lists every fault at once.
 */
export function loadConfig(environment: Environment = process.env): AppConfig {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = ENV_SCHEMA.safeParse(set);
  const faults = parsed.success ? [] : describe(parsed.error);
  const providers = readProviders(set, faults);
  if (set['NODE_ENV'] === 'production' && set['DATABASE_URL'] === undefined)
    faults.push('DATABASE_URL: must be set when NODE_ENV is production (the embedded Postgres is for development)');
  if (!parsed.success || faults.length > 0)
    throw new StartupFault(
      `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}\nEvery setting is described in .env.example.`,
      EXIT.config,
    );
  return Object.freeze(toConfig(parsed.data, providers, unknownSettings(set)));
}

function toConfig(
  env: z.infer<typeof ENV_SCHEMA>,
  providers: AppConfig['llm']['providers'],
  warnings: readonly string[],
): AppConfig {
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
    migrateAtStart: env.HOLDFAST_MIGRATE === 'on',
    drainMs: env.HOLDFAST_DRAIN_MS,
    database: {
      url: env.DATABASE_URL,
      migrationUrl: env.DATABASE_MIGRATION_URL,
      directUrl: env.DATABASE_DIRECT_URL,
      poolSize: env.DATABASE_POOL_SIZE,
    },
    redisUrl: env.REDIS_URL,
    llm: { providers, offlineFallback: env.LLM_OFFLINE_FALLBACK === 'true' },
    warnings,
  };
}

/** Names the variable and the rule, never the value: it may be a secret. */
function describe(error: z.ZodError): string[] {
  return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
}

function readProviders(set: Environment, faults: string[]): AppConfig['llm']['providers'] {
  const names = ENV_SCHEMA.shape.LLM_PROVIDERS.safeParse(set['LLM_PROVIDERS']);
  return (names.data ?? []).flatMap((name) => {
    const prefix = providerPrefix(name);
    const fields = Object.fromEntries(Object.keys(PROVIDER_SCHEMA.shape).map((field) => [field, set[prefix + field]]));
    const parsed = PROVIDER_SCHEMA.safeParse(fields);
    if (parsed.success) return [{ name, kind: parsed.data.KIND }];
    faults.push(...parsed.error.issues.map((issue) => `${prefix}${issue.path.join('_')}: ${issue.message}`));
    return [];
  });
}

function unknownSettings(set: Environment): string[] {
  const prefixes = (set['LLM_PROVIDERS'] ?? '').split(',').map(providerPrefix);
  return Object.keys(set)
    .filter((name) => /^(HOLDFAST|DATABASE|LLM)_/.test(name) && !Object.hasOwn(ENV_SCHEMA.shape, name))
    .filter(
      (name) => !prefixes.some((prefix) => Object.keys(PROVIDER_SCHEMA.shape).some((field) => prefix + field === name)),
    )
    .map((name) => `${name} is set, but there is no such setting (see .env.example)`);
}

function providerPrefix(name: string): string {
  return `LLM_${name.toUpperCase()}_`;
}
