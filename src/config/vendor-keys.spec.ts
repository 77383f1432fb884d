import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './config.js';

const KEYS = {
  OPENROUTER_API_KEY: 'key-of-openrouter',
  ANTHROPIC_API_KEY: 'key-of-anthropic',
  OPENAI_API_KEY: 'key-of-openai',
};
const VARIABLES = Object.keys(KEYS);

type Settings = Record<string, string>;

const providersOf = (settings: Settings) => loadConfig(settings).llm.providers;

describe('with nothing but the keys of vendors', () => {
  it('each that is set is in the chain, in the order OpenAI, Anthropic, OpenRouter', () => {
    const common = { firstTokenTimeoutMs: 20_000, stallTimeoutMs: 15_000, timeoutMs: undefined };
    const unknown = { contextTokens: undefined, prefill: undefined };
    expect(loadConfig(KEYS).warnings).toEqual([]);
    expect(providersOf(KEYS)).toEqual([
      {
        ...common,
        ...unknown,
        name: 'openai',
        kind: 'openai',
        baseUrl: 'https://api.openai.com/v1',
        apiKey: 'key-of-openai',
        model: 'gpt-5-mini',
        maxConcurrency: 24,
      },
      {
        ...common,
        ...unknown,
        name: 'anthropic',
        kind: 'anthropic',
        baseUrl: 'https://api.anthropic.com/v1',
        apiKey: 'key-of-anthropic',
        model: 'claude-haiku-4-5',
        maxConcurrency: 16,
      },
      {
        ...common,
        ...unknown,
        name: 'openrouter',
        kind: 'openai-compatible',
        baseUrl: 'https://openrouter.ai/api/v1',
        apiKey: 'key-of-openrouter',
        model: 'openrouter/auto',
        maxConcurrency: 16,
      },
    ]);
  });

  it.each(Object.entries(KEYS))('%s alone is a chain of one', (name, apiKey) => {
    expect(providersOf({ [name]: apiKey })).toMatchObject([{ apiKey, maxConcurrency: 24 }]);
  });

  it.each(VARIABLES)('%s is taken at its limit', (name) => {
    for (const apiKey of ['k', 'k'.repeat(1000)]) expect(providersOf({ [name]: apiKey })).toMatchObject([{ apiKey }]);
  });

  it.each(VARIABLES)('%s is refused one past it, by one fault without the value', (name) => {
    for (const apiKey of ['k'.repeat(1001), 'key-with-newline\n', ' key-after-space']) {
      const load = () => loadConfig({ [name]: apiKey });
      expect(load).toThrow(new RegExp(`a fault:\n {2}- ${name}: must be 1–1000 printable`));
      expect(load).not.toThrow(apiKey.trim());
    }
  });
});

describe('in a chain by name, the keys of vendors', () => {
  it('add no provider', () => {
    expect(providersOf({ ...KEYS, LLM_PROVIDERS: 'a', LLM_A_KIND: 'offline' })).toMatchObject([{ name: 'a' }]);
  });

  it.each([
    ['openai', 'key-of-openai'],
    ['anthropic', 'key-of-anthropic'],
  ])('stand in for an own one of the kind %s', (kind, apiKey) => {
    expect(providersOf({ ...KEYS, LLM_PROVIDERS: 'a', LLM_A_KIND: kind })).toMatchObject([{ apiKey }]);
  });

  it('do not replace an own one', () => {
    const settings = { ...KEYS, LLM_PROVIDERS: 'a', LLM_A_KIND: 'openai', LLM_A_API_KEY: 'own' };
    expect(providersOf(settings)).toMatchObject([{ apiKey: 'own' }]);
  });

  it.each(['openai', 'anthropic'])('of the kind %s are never sent to another base URL', (kind) => {
    const settings = { ...KEYS, LLM_PROVIDERS: 'a', LLM_A_KIND: kind, LLM_A_BASE_URL: 'http://127.0.0.1:1/v1' };
    expect(() => loadConfig(settings)).toThrow('LLM_A_API_KEY: must be set');
  });

  it('are never sent to a compatible server', () => {
    const settings = {
      ...KEYS,
      LLM_PROVIDERS: 'a',
      LLM_A_KIND: 'openai-compatible',
      LLM_A_BASE_URL: 'http://127.0.0.1:1/v1',
      LLM_A_MODEL: 'm',
    };
    expect(providersOf(settings)).toMatchObject([{ apiKey: undefined }]);
  });

  it('are told once when they are unusable', () => {
    const settings = { OPENAI_API_KEY: 'key with spaces', LLM_PROVIDERS: 'a', LLM_A_KIND: 'openai' };
    expect(() => loadConfig(settings)).toThrow(/a fault:\n {2}- OPENAI_API_KEY: must be/);
  });
});
