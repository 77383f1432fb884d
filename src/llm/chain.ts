import { DEFAULT_FIRST_TOKEN_TIMEOUT_MS, DEFAULT_STALL_TIMEOUT_MS } from '../config/env.schema.js';
import type { ProviderConfig } from '../config/providers.js';
import type { Clock } from '../reliability/ports.js';
import { AnthropicProvider } from './anthropic/anthropic-provider.js';
import { Route, type RouteParts } from './broker/route.js';
import { ProviderHttp } from './http/provider-http.js';
import { OFFLINE_MODEL, OFFLINE_NAME, OfflinePlanner } from './offline/offline-planner.js';
import { OpenAiProvider } from './openai/openai-provider.js';
import type { LlmProvider } from './provider.js';

/** With nothing configured the offline planner is the provider: it needs no network, so its places are not scarce. */
const OFFLINE: ProviderConfig = {
  name: OFFLINE_NAME,
  kind: 'offline',
  baseUrl: undefined,
  apiKey: undefined,
  model: OFFLINE_MODEL,
  maxConcurrency: 1000,
  timeoutMs: undefined,
  firstTokenTimeoutMs: DEFAULT_FIRST_TOKEN_TIMEOUT_MS,
  stallTimeoutMs: DEFAULT_STALL_TIMEOUT_MS,
  contextTokens: undefined,
  prefill: undefined,
};

/** The routes of the configured chain, in fallback order. */
export function chainOf(configured: readonly ProviderConfig[], clock: Clock, parts: RouteParts): readonly Route[] {
  const chain = configured.length > 0 ? configured : [OFFLINE];
  return chain.map((config, at) => {
    const { name: _, ...settings } = config;
    return new Route({ ...settings, provider: providerOf(config, clock), first: at === 0 }, parts);
  });
}

/** The planner without a network. */
export function offlinePlanner(clock: Clock, name?: string): OfflinePlanner {
  return new OfflinePlanner(() => Math.floor(clock.epochMs() / 1000), name);
}

function providerOf(config: ProviderConfig, clock: Clock): LlmProvider {
  const { name, kind, model, apiKey } = config;
  switch (kind) {
    case 'offline':
      return offlinePlanner(clock, name);
    case 'openai':
    case 'openai-compatible':
      return new OpenAiProvider({ name, model, apiKey, clock, http: httpOf(config, clock) });
    case 'anthropic':
      return new AnthropicProvider({ name, model, apiKey, clock, http: httpOf(config, clock) });
    default:
      return kind satisfies never;
  }
}

function httpOf({ baseUrl = '', maxConcurrency }: ProviderConfig, clock: Clock): ProviderHttp {
  return new ProviderHttp({ baseUrl, maxConnections: maxConcurrency, clock });
}
