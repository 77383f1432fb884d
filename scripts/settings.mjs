/**
 * Whether a variable of the environment speaks to the server. What a developer's shell says to the server must not reach
 * tests and checks: an OPENAI_API_KEY would make them call out, a DATABASE_URL would let them write there, and
 * NODE_ENV=production would deny them the embedded Postgres. Settings for the tests themselves start with TEST_.
 */
export function isSetting(name) {
  return /^(PORT|HOST|NODE_ENV|LOG_LEVEL|BASE_URL|REDIS_URL|(HOLDFAST|DATABASE|LLM)_.*|(OPENAI|ANTHROPIC|OPENROUTER)_API_KEY)$/.test(
    name,
  );
}
