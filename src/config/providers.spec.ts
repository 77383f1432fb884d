import { describe, expect, it } from '@jest/globals';
import { faultsOf, KEY, LOCAL, local, providersOf } from '../../test/support/config/provider-settings.js';
import { loadConfig } from './config.js';
import { ENV_SCHEMA, PROVIDER_SCHEMA } from './env.schema.js';

describe('a chain by name', () => {
  it('comes in the order of its names', () => {
    const settings = { LLM_PROVIDERS: 'b,a', LLM_A_KIND: 'offline', LLM_B_KIND: 'offline' };
    expect(providersOf(settings).map(({ name }) => name)).toEqual(['b', 'a']);
  });

  it('has the defaults of each kind', () => {
    const settings = {
      ...LOCAL,
      LLM_PROVIDERS: 'o,c,a,off',
      LLM_O_KIND: 'openai',
      LLM_O_API_KEY: KEY,
      LLM_C_KIND: 'anthropic',
      LLM_C_API_KEY: KEY,
      LLM_OFF_KIND: 'offline',
    };
    const common = {
      apiKey: KEY,
      maxConcurrency: 16,
      timeoutMs: undefined,
      firstTokenTimeoutMs: 20_000,
      stallTimeoutMs: 15_000,
      contextTokens: undefined,
      prefill: undefined,
    };
    const openai = { name: 'o', kind: 'openai', baseUrl: 'https://api.openai.com/v1', model: 'gpt-5-mini' };
    const anthropic = { name: 'c', kind: 'anthropic', baseUrl: 'https://api.anthropic.com/v1' };
    const compatible = { name: 'a', kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:11434/v1' };
    const offline = { name: 'off', kind: 'offline', baseUrl: undefined, model: 'offline-planner-1' };
    expect(loadConfig(settings).warnings).toEqual([]);
    expect(providersOf(settings)).toEqual([
      { ...common, ...openai, maxConcurrency: 24 },
      { ...common, ...anthropic, model: 'claude-haiku-4-5' },
      { ...common, ...compatible, model: 'llama3.2', apiKey: undefined },
      { ...common, ...offline, apiKey: undefined },
    ]);
  });

  it('names each provider once', () => {
    expect(faultsOf({ LLM_PROVIDERS: 'a,a', LLM_A_KIND: 'offline' })).toEqual([
      'LLM_PROVIDERS: must name each provider once',
    ]);
  });
});

describe('what a kind cannot do without', () => {
  it.each([
    ['openai', ['LLM_A_API_KEY: must be set for this kind, or OPENAI_API_KEY when LLM_A_BASE_URL is unset']],
    ['anthropic', ['LLM_A_API_KEY: must be set for this kind, or ANTHROPIC_API_KEY when LLM_A_BASE_URL is unset']],
    ['openai-compatible', ['LLM_A_MODEL: must be set for this kind', 'LLM_A_BASE_URL: must be set for this kind']],
    ['offline', []],
  ])('is told for %s', (kind, faults) => {
    expect(faultsOf({ LLM_PROVIDERS: 'a', LLM_A_KIND: kind })).toEqual(faults);
  });

  it('is told together with every other fault of the chain', () => {
    const settings = {
      LLM_PROVIDERS: 'a,b,c',
      LLM_A_KIND: 'openai',
      LLM_A_TIMEOUT_MS: '1',
      LLM_A_PREFILL: 'yes',
      LLM_B_MODEL: ' ',
      LLM_B_STALL_TIMEOUT_MS: '1',
    };
    const variables = faultsOf(settings).map((fault) => fault.split(':')[0]);
    expect(variables).toEqual([
      'LLM_A_TIMEOUT_MS',
      'LLM_A_PREFILL',
      'LLM_A_API_KEY',
      'LLM_B_KIND',
      'LLM_B_MODEL',
      'LLM_B_STALL_TIMEOUT_MS',
      'LLM_C_KIND',
    ]);
  });

  it.each(['a,a', 'a,B', 'a,', 'auto,a'])('is told also where the names have a fault, as in %s', (names) => {
    const variables = faultsOf({ LLM_PROVIDERS: names, LLM_A_KIND: 'openai' }).map((fault) => fault.split(':')[0]);
    expect(variables).toEqual(['LLM_PROVIDERS', 'LLM_A_API_KEY']);
  });
});

describe('an offline provider', () => {
  it('uses nothing but its kind, and warns of the rest: switching to it for a while is one variable', () => {
    const settings = { ...local('API_KEY', KEY), LLM_A_KIND: 'offline', LLM_A_MAX_CONCURRENCY: 'many' };
    const { llm, warnings } = loadConfig(settings);
    expect(llm).toEqual(loadConfig({ LLM_PROVIDERS: 'a', LLM_A_KIND: 'offline' }).llm);
    expect(warnings.map((warning) => warning.split(' ')[0])).toEqual([
      'LLM_A_BASE_URL',
      'LLM_A_API_KEY',
      'LLM_A_MODEL',
      'LLM_A_MAX_CONCURRENCY',
    ]);
    expect(warnings.join()).not.toContain(KEY);
  });
});

describe('a variable belongs to one provider', () => {
  it.each([
    ['a,a_stall', 'LLM_A_STALL_TIMEOUT_MS'],
    ['a_first_token,a', 'LLM_A_FIRST_TOKEN_TIMEOUT_MS'],
  ])('so %s is refused', (names, variable) => {
    const kinds = { LLM_A_KIND: 'offline', LLM_A_STALL_KIND: 'offline', LLM_A_FIRST_TOKEN_KIND: 'offline' };
    expect(faultsOf({ ...kinds, LLM_PROVIDERS: names })).toEqual([
      `LLM_PROVIDERS: must not name two providers to which ${variable} belongs`,
    ]);
  });

  it('and names that only begin alike do not mix', () => {
    const settings = {
      ...LOCAL,
      LLM_PROVIDERS: 'a,a_base',
      LLM_A_BASE_KIND: 'openai-compatible',
      LLM_A_BASE_BASE_URL: 'http://127.0.0.1:2/v1',
      LLM_A_BASE_MODEL: 'other',
    };
    expect(loadConfig(settings).warnings).toEqual([]);
    expect(providersOf(settings)).toMatchObject([
      { name: 'a', baseUrl: 'http://127.0.0.1:11434/v1', model: 'llama3.2' },
      { name: 'a_base', baseUrl: 'http://127.0.0.1:2/v1', model: 'other' },
    ]);
  });

  it('and no setting of the server can be one', () => {
    const fields = Object.keys(PROVIDER_SCHEMA.shape);
    const both = Object.keys(ENV_SCHEMA.shape).filter((name) =>
      fields.some((field) => name.startsWith('LLM_') && name.endsWith(`_${field}`)),
    );
    expect(both).toEqual([]);
  });

  it('which has to be in the chain', () => {
    expect(loadConfig({ LLM_OPENAI_MODEL: 'm', OPENAI_API_KEY: KEY }).warnings).toEqual([
      'LLM_OPENAI_MODEL is set, but LLM_PROVIDERS names no such provider',
    ]);
  });
});
