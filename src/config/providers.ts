import type { z } from 'zod';
import { ENV_SCHEMA, PROVIDER_SCHEMA } from './env.schema.js';

type Fields = z.infer<typeof PROVIDER_SCHEMA>;
type Kind = Fields['KIND'];
/** The settings of one provider, not yet checked. */
type Given = { readonly [Field in keyof Fields]?: string | undefined };
type Settings = Readonly<Record<string, string | undefined>>;

/** One provider of the chain, as an operator has set it. */
export interface ProviderConfig {
  readonly name: string;
  readonly kind: Kind;
  /** With its `/v1`, without a slash at its end; undefined only for the kind `offline`. */
  readonly baseUrl: string | undefined;
  readonly apiKey: string | undefined;
  readonly model: string;
  /** Calls in flight at once. */
  readonly maxConcurrency: number;
  /** undefined: the time limit of the kind of call applies. */
  readonly timeoutMs: number | undefined;
  readonly firstTokenTimeoutMs: number;
  readonly stallTimeoutMs: number;
  /** The most tokens that the model reads; undefined: not known. */
  readonly contextTokens: number | undefined;
  /** Whether the provider continues a final message of the assistant; undefined: not known. */
  readonly prefill: boolean | undefined;
}

/** The chain, in fallback order, and the faults and warnings found while reading it. */
export interface ProviderChain {
  readonly providers: readonly ProviderConfig[];
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
  /** Every variable that belongs to a provider which `LLM_PROVIDERS` names. */
  readonly variables: readonly string[];
}

const FIELDS = PROVIDER_SCHEMA.keyof().options;

const FIRST_MAX_CONCURRENCY = 24;
const FALLBACK_MAX_CONCURRENCY = 16;

/** The defaults of each kind, and the field that it requires. */
const KINDS: Readonly<Record<Kind, { readonly defaults: Given; readonly requires?: 'API_KEY' | 'BASE_URL' }>> = {
  openai: { defaults: { BASE_URL: 'https://api.openai.com/v1', MODEL: 'gpt-5-mini' }, requires: 'API_KEY' },
  anthropic: { defaults: { BASE_URL: 'https://api.anthropic.com/v1', MODEL: 'claude-haiku-4-5' }, requires: 'API_KEY' },
  'openai-compatible': { defaults: {}, requires: 'BASE_URL' },
  offline: { defaults: { MODEL: 'offline-planner-1' } },
};

/** The chain when an operator sets only vendors' keys. OpenAI's and Anthropic's names are those of their kinds. */
const VENDORS = [
  { name: 'openai', key: 'OPENAI_API_KEY', given: { KIND: 'openai' } },
  { name: 'anthropic', key: 'ANTHROPIC_API_KEY', given: { KIND: 'anthropic' } },
  {
    name: 'openrouter',
    key: 'OPENROUTER_API_KEY',
    given: { KIND: 'openai-compatible', BASE_URL: 'https://openrouter.ai/api/v1', MODEL: 'openrouter/auto' },
  },
] as const satisfies readonly { name: string; key: keyof typeof ENV_SCHEMA.shape; given: Given & { KIND: Kind } }[];

/**
 * Reads the providers: those that `LLM_PROVIDERS` names, or else those whose key is set.
 * @param set the variables that are set and not empty.
 */
export function readProviders(set: Settings): ProviderChain {
  if (set['LLM_PROVIDERS'] === undefined) return impliedChain(set);
  const names = soundNames(set['LLM_PROVIDERS']);
  const variables = names.flatMap((name) => FIELDS.map((field) => prefixOf(name) + field));
  const readings = names.map((name, position) => readNamed(name, position, set));
  return {
    providers: readings.flatMap(({ provider }) => (provider === undefined ? [] : [provider])),
    faults: [...describeShared(variables), ...readings.flatMap(({ faults }) => faults)],
    warnings: names.flatMap((name) => ignoredBy(name, set)),
    variables,
  };
}

/** Whether the variable would set a field of a provider, if the chain had one of that name. */
export function isProviderVariable(variable: string): boolean {
  return FIELDS.some((field) => new RegExp(`^LLM_.+_${field}$`).test(variable));
}

/** The valid names of the list. The environment's schema reports the others; these are checked all the same. */
function soundNames(list: string): string[] {
  return [...new Set(list.split(','))].filter((name) => ENV_SCHEMA.shape.LLM_PROVIDERS.safeParse(name).success);
}

function prefixOf(name: string): string {
  return `LLM_${name.toUpperCase()}_`;
}

/** Its only possible fault is an unusable key, which the environment's schema reports. */
function impliedChain(set: Settings): ProviderChain {
  const providers = VENDORS.filter(({ key }) => set[key] !== undefined).map(({ name, key, given }, position) => {
    const fields = PROVIDER_SCHEMA.parse({ ...KINDS[given.KIND].defaults, ...given });
    return toProvider(name, position, { ...fields, API_KEY: set[key] });
  });
  return { providers, faults: [], warnings: [], variables: [] };
}

interface Reading {
  readonly provider?: ProviderConfig;
  readonly faults: readonly string[];
}

function readNamed(name: string, position: number, set: Settings): Reading {
  const prefix = prefixOf(name);
  const given = givenFor(name, set);
  const kind = PROVIDER_SCHEMA.shape.KIND.safeParse(given.KIND).data;
  // For an unknown kind it is not known which fields are missing, but those that are set are checked.
  if (kind === undefined)
    return { faults: describe(prefix, PROVIDER_SCHEMA.partial({ MODEL: true }).safeParse(given).error) };
  const parsed = PROVIDER_SCHEMA.safeParse({ ...KINDS[kind].defaults, ...given });
  const apiKey = given.API_KEY ?? keyOfVendor(kind, given, set);
  const faults = [...describe(prefix, parsed.error), ...describeMissing(prefix, kind, { ...given, API_KEY: apiKey })];
  if (!parsed.success || faults.length > 0) return { faults };
  return { provider: toProvider(name, position, { ...parsed.data, API_KEY: apiKey }), faults };
}

/** The provider's settings. The offline planner ignores all but KIND, so an operator switches to it with one variable. */
function givenFor(name: string, set: Settings): Given {
  const prefix = prefixOf(name);
  const fields = FIELDS.filter((field) => set[prefix + field] !== undefined);
  const all: Given = Object.fromEntries(fields.map((field) => [field, set[prefix + field]]));
  return all.KIND === 'offline' ? { KIND: all.KIND } : all;
}

/** A vendor's key goes to that vendor alone, never to a base URL that an operator has set. */
function keyOfVendor(kind: Kind, given: Given, set: Settings): string | undefined {
  const vendor = VENDORS.find(({ name }) => name === kind);
  return vendor === undefined || given.BASE_URL !== undefined ? undefined : set[vendor.key];
}

function toProvider(name: string, position: number, fields: Fields): ProviderConfig {
  return {
    name,
    kind: fields.KIND,
    baseUrl: fields.BASE_URL,
    apiKey: fields.API_KEY,
    model: fields.MODEL,
    maxConcurrency: fields.MAX_CONCURRENCY ?? (position === 0 ? FIRST_MAX_CONCURRENCY : FALLBACK_MAX_CONCURRENCY),
    timeoutMs: fields.TIMEOUT_MS,
    firstTokenTimeoutMs: fields.FIRST_TOKEN_TIMEOUT_MS,
    stallTimeoutMs: fields.STALL_TIMEOUT_MS,
    contextTokens: fields.CONTEXT_TOKENS,
    prefill: fields.PREFILL === undefined ? undefined : fields.PREFILL === 'true',
  };
}

/** Names the variable and the rule, never the value: it may be a secret. */
function describe(prefix: string, error: z.ZodError | undefined): string[] {
  return (error?.issues ?? []).map(({ path, message }) => `${prefix}${path.join('_')}: ${message}`);
}

function describeMissing(prefix: string, kind: Kind, given: Given): string[] {
  const field = KINDS[kind].requires;
  if (field === undefined || given[field] !== undefined) return [];
  const vendor = VENDORS.find(({ name }) => name === kind);
  const instead = vendor === undefined ? '' : `, or ${vendor.key} when ${prefix}BASE_URL is unset`;
  return [`${prefix}${field}: must be set for this kind${instead}`];
}

/** `a` and `a_stall` would both read LLM_A_STALL_TIMEOUT_MS. */
function describeShared(variables: readonly string[]): string[] {
  const shared = new Set(variables.filter((variable, index) => variables.indexOf(variable) !== index));
  return [...shared].map((variable) => `LLM_PROVIDERS: must not name two providers to which ${variable} belongs`);
}

function ignoredBy(name: string, set: Settings): string[] {
  const prefix = prefixOf(name);
  if (set[`${prefix}KIND`] !== 'offline') return [];
  return FIELDS.filter((field) => field !== 'KIND' && set[prefix + field] !== undefined).map(
    (field) => `${prefix}${field} is set, but a provider of the kind offline does not use it`,
  );
}
