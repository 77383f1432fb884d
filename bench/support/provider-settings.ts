/** The settings of a server whose one provider is this. */
export function oneProvider(port: number, model: string, maxConcurrency: number): Record<string, string> {
  return {
    LLM_PROVIDERS: 'a',
    LLM_A_KIND: 'openai-compatible',
    LLM_A_BASE_URL: `http://127.0.0.1:${port}/v1`,
    LLM_A_MODEL: model,
    LLM_A_API_KEY: PROVIDER_KEY,
    LLM_A_MAX_CONCURRENCY: String(maxConcurrency),
  };
}

export const PROVIDER_KEY = 'anything';
