import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { PACKAGE_ROOT } from './package.js';

/** An integer given as decimal text: no sign, no exponent, no surrounding space. */
const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be between ${min} and ${max}`);

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });

const url = (protocols: readonly string[], hint = '') =>
  z.string().refine(
    (value) => {
      const parsed = /\s/.test(value) ? null : URL.parse(value);
      // `https:a.example` is parsed as well, but no path could be appended to it.
      if (parsed === null || !protocols.includes(parsed.protocol) || !/^\w+:\/\//.test(value)) return false;
      // A Unix socket is named in the query.
      return parsed.hostname !== '' || parsed.searchParams.has('host');
    },
    `must be a URL with a host that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}${hint}`,
  );

/** Unencoded in a password, these characters end the host, so a part of the password is taken for the host. */
const ENCODED = ', and with special characters of the password percent-encoded (# is %23, / is %2F, ? is %3F)';

/** libpq allows no host where the query names a Unix socket; a URL needs one. pg uses the query's, so any host will do. */
const namingHost = (value: string): string =>
  value.replace(/^(\w+:\/\/[^/?#]*@)(?=\/[^?#]*\?(?:.*&)?host=)/, '$1localhost');

/** For one stray percent sign, pg would encode the whole URL again, and misread the rest. */
const postgresUrl = z
  .string()
  .transform(namingHost)
  .pipe(
    url(['postgres:', 'postgresql:'], ENCODED).refine((value) => {
      try {
        return decodeURIComponent(value.split('?', 1).join('')) !== '';
      } catch {
        return false;
      }
    }, 'must have special characters of the user, password and database percent-encoded (a % is %25)'),
  );

/** A URL to which paths are appended: without a slash at its end. */
const httpBase = url(['http:', 'https:'])
  .refine((value) => !/[?#@]/.test(value), 'must have no query, fragment or credentials')
  .transform((value) => value.replace(/\/+$/, ''));

/** As browsers send it in `Origin`: no path, no default port, in lower case. Apps have schemes of their own. */
const isOrigin = (value: string): boolean => {
  const { origin } = URL.parse(value) ?? {};
  return origin === 'null'
    ? /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9._:-]+$/.test(value)
    : origin === value && !value.includes('*');
};

const allowedOrigins = z
  .string()
  .transform((value) => (value === '*' ? value : value === '' ? [] : value.split(',')))
  .refine(
    (value) => value === '*' || value.every(isOrigin),
    'must be * or exact origins such as https://app.example, separated by commas (no path, no default port, no space)',
  );

/** The key becomes part of a header: a newline left over from a file would break the request. */
const apiKey = z.string().regex(/^[\x21-\x7e]{1,1000}$/, 'must be 1–1000 printable ASCII characters without spaces');

/** Every environment variable that is read, with its default and range. `.env.example` is checked against it. */
export const ENV_SCHEMA = z.object({
  NODE_ENV: oneOf(['development', 'test', 'production']).default('development'),
  PORT: integer(0, 65_535).optional(),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]{1,255}$/, 'must be a host name or an address')
    .default('127.0.0.1'),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  BASE_URL: httpBase.optional(),
  HOLDFAST_ROLE: oneOf(['all', 'api', 'worker']).default('all'),
  HOLDFAST_DATA_DIR: z
    .string()
    .default('.holdfast')
    .transform((value) => (isAbsolute(value) ? value : resolve(PACKAGE_ROOT, value))),
  HOLDFAST_BOOTSTRAP_KEY: z
    .string()
    .regex(/^[A-Za-z0-9_-]{32,200}$/, 'must be 32–200 characters of [A-Za-z0-9_-]')
    .optional(),
  HOLDFAST_SECRET: z
    .string()
    .refine((value) => value.trim().length >= 32, 'must be at least 32 characters')
    .max(1024, 'must be at most 1024 characters')
    .optional(),
  HOLDFAST_ALLOWED_ORIGINS: allowedOrigins.default('*'),
  HOLDFAST_MIGRATE: oneOf(['on', 'off']).default('on'),
  HOLDFAST_DRAIN_MS: integer(0, 600_000).default(10_000),
  HOLDFAST_SESSION_RETENTION_DAYS: z
    .string()
    .transform((value) => (value === 'off' ? '0' : value))
    .pipe(integer(0, 36_500))
    .default(90),
  HOLDFAST_STREAMS: integer(1, 1_000_000).default(10_000),
  HOLDFAST_STREAMS_PER_TENANT: integer(1, 1_000_000).default(5_000),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_MIGRATION_URL: postgresUrl.optional(),
  DATABASE_DIRECT_URL: postgresUrl.optional(),
  DATABASE_POOL_SIZE: integer(2, 200).default(20),
  REDIS_URL: url(['redis:', 'rediss:'], ENCODED).optional(),
  LLM_PROVIDERS: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,31}(,[a-z][a-z0-9_]{0,31})*$/, 'must be names of [a-z0-9_], separated by commas')
    .transform((value) => value.split(','))
    .refine((names) => new Set(names).size === names.length, 'must name each provider once')
    // Clients of the gateway ask for the whole chain by this name.
    .refine((names) => !names.includes('auto'), 'must name no provider auto, which stands for the chain')
    .optional(),
  LLM_OFFLINE_FALLBACK: oneOf(['true', 'false']).default('true'),
  OPENAI_API_KEY: apiKey.optional(),
  ANTHROPIC_API_KEY: apiKey.optional(),
  OPENROUTER_API_KEY: apiKey.optional(),
});

/** The defaults of a provider, milliseconds: until the first piece of a stream, and between two pieces. */
export const DEFAULT_FIRST_TOKEN_TIMEOUT_MS = 20_000;
export const DEFAULT_STALL_TIMEOUT_MS = 15_000;

/** The settings of one provider of `LLM_PROVIDERS`, as `LLM_<NAME>_<FIELD>`. Rules for each kind are in providers.ts. */
export const PROVIDER_SCHEMA = z.object({
  KIND: oneOf(['openai', 'anthropic', 'openai-compatible', 'offline']),
  BASE_URL: httpBase.optional(),
  API_KEY: apiKey.optional(),
  MODEL: z
    .string('must be set for this kind')
    .regex(
      /^(?!\s)[^\p{C}\p{Zl}\p{Zp}]{1,200}(?<!\s)$/u,
      'must be 1–200 printable characters without space around them',
    ),
  MAX_CONCURRENCY: integer(1, 1000).optional(),
  TIMEOUT_MS: integer(100, 600_000).optional(),
  FIRST_TOKEN_TIMEOUT_MS: integer(100, 600_000).default(DEFAULT_FIRST_TOKEN_TIMEOUT_MS),
  STALL_TIMEOUT_MS: integer(100, 600_000).default(DEFAULT_STALL_TIMEOUT_MS),
  CONTEXT_TOKENS: integer(256, 100_000_000).optional(),
  PREFILL: oneOf(['true', 'false']).optional(),
});
