import { describe, expect, it } from '@jest/globals';
import { faultsOf, KEY, local, providersOf } from '../../test/support/config/provider-settings.js';

describe('each field at its limit', () => {
  it.each<[string, string, object]>([
    ['BASE_URL', 'https://llm.example/v1///', { baseUrl: 'https://llm.example/v1' }],
    ['BASE_URL', 'http://[::1]:8000/a/v1', { baseUrl: 'http://[::1]:8000/a/v1' }],
    ['API_KEY', '!', { apiKey: '!' }],
    ['API_KEY', '~'.repeat(1000), { apiKey: '~'.repeat(1000) }],
    ['MODEL', 'm', { model: 'm' }],
    ['MODEL', 'Llama 3 (8B)', { model: 'Llama 3 (8B)' }],
    ['MODEL', '𝓂'.repeat(200), { model: '𝓂'.repeat(200) }],
    ['MAX_CONCURRENCY', '1', { maxConcurrency: 1 }],
    ['MAX_CONCURRENCY', '1000', { maxConcurrency: 1000 }],
    ['TIMEOUT_MS', '100', { timeoutMs: 100 }],
    ['TIMEOUT_MS', '600000', { timeoutMs: 600_000 }],
    ['FIRST_TOKEN_TIMEOUT_MS', '100', { firstTokenTimeoutMs: 100 }],
    ['FIRST_TOKEN_TIMEOUT_MS', '600000', { firstTokenTimeoutMs: 600_000 }],
    ['STALL_TIMEOUT_MS', '100', { stallTimeoutMs: 100 }],
    ['STALL_TIMEOUT_MS', '600000', { stallTimeoutMs: 600_000 }],
    ['CONTEXT_TOKENS', '256', { contextTokens: 256 }],
    ['CONTEXT_TOKENS', '100000000', { contextTokens: 100_000_000 }],
    ['PREFILL', 'true', { prefill: true }],
    ['PREFILL', 'false', { prefill: false }],
  ])('%s=%s is taken', (field, value, expected) => {
    expect(providersOf(local(field, value))).toMatchObject([expected]);
  });
});

describe('each field one past its limit', () => {
  it.each([
    ['KIND', 'OpenAI'],
    ['BASE_URL', 'ftp://llm.example/v1'],
    ['BASE_URL', 'llm.example/v1'],
    ['BASE_URL', 'https:llm.example/v1'],
    ['BASE_URL', 'https://llm.example/v1?key=1'],
    ['BASE_URL', 'https://llm.example/v1#x'],
    ['BASE_URL', 'https://user:word@llm.example/v1'],
    ['BASE_URL', 'https://llm.example/v1\n'],
    ['API_KEY', '~'.repeat(1001)],
    ['API_KEY', 'a key with spaces'],
    ['API_KEY', ` ${KEY}`],
    ['API_KEY', `${KEY}\n`],
    ['API_KEY', `${KEY}\u007f`],
    ['API_KEY', `${KEY}é`],
    ['MODEL', '𝓂'.repeat(201)],
    ['MODEL', 'llama3.2\u0000'],
    ['MODEL', 'llama3.2\n'],
    ['MODEL', 'llama\u20283.2'],
    ['MODEL', ' llama3.2'],
    ['MAX_CONCURRENCY', '0'],
    ['MAX_CONCURRENCY', '1001'],
    ['TIMEOUT_MS', '99'],
    ['TIMEOUT_MS', '600001'],
    ['FIRST_TOKEN_TIMEOUT_MS', '99'],
    ['FIRST_TOKEN_TIMEOUT_MS', '600001'],
    ['STALL_TIMEOUT_MS', '99'],
    ['STALL_TIMEOUT_MS', '600001'],
    ['CONTEXT_TOKENS', '255'],
    ['CONTEXT_TOKENS', '100000001'],
    ['PREFILL', 'on'],
  ])('%s=%j is one fault that names it, and not its value', (field, value) => {
    const faults = faultsOf(local(field, value));
    expect(faults).toEqual([expect.stringMatching(new RegExp(`^LLM_A_${field}: must`))]);
    if (value.length > 8) expect(faults.join()).not.toContain(value.trim());
  });
});
