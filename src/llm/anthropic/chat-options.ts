import { z } from 'zod';
import type { ChatRequest } from '../provider.js';
import { untranslatable } from './untranslatable.js';

const tool = z.object({
  type: z.literal('function'),
  function: z.object({
    name: z.string(),
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
  }),
});

const toolChoice = z.union([
  z.enum(['auto', 'none', 'required']),
  z.object({ type: z.literal('function'), function: z.object({ name: z.string() }) }),
]);

const responseFormat = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json_object') }),
  z.object({
    type: z.literal('json_schema'),
    json_schema: z.object({
      name: z.string(),
      description: z.string().nullish(),
      schema: z.record(z.string(), z.unknown()),
    }),
  }),
]);

/** Every field but the messages that has a counterpart in the Messages API. Clients send null for what they leave out. */
const chatOptions = z.object({
  // The predecessor of `tools`: without them the model would answer instead of calling one.
  functions: z.array(z.never()).nullish(),
  max_completion_tokens: z.number().nullish(),
  max_tokens: z.number().nullish(),
  // Anthropic gives one answer; a request for more goes on to another provider.
  n: z.literal(1).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  response_format: responseFormat.nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  temperature: z.number().nullish(),
  tool_choice: toolChoice.nullish(),
  tools: z.array(tool).nullish(),
  top_p: z.number().nullish(),
  user: z.string().nullish(),
  // Anthropic's own fields. OpenAI gives two of these names other values, which are ignored here.
  metadata: z.object({ user_id: z.string() }).nullish().catch(undefined),
  service_tier: z.enum(['auto', 'standard_only']).nullish().catch(undefined),
  thinking: z.looseObject({ type: z.string(), budget_tokens: z.number().optional() }).nullish(),
  top_k: z.number().nullish(),
});

export type ChatOptions = z.infer<typeof chatOptions>;
export type ChatTool = z.infer<typeof tool>;

/** @throws ProviderFault `rejected` when a field has a shape without a counterpart at Anthropic. */
export function readOptions(request: ChatRequest): ChatOptions {
  const parsed = chatOptions.safeParse(request);
  if (parsed.success) return parsed.data;
  // Only names of this schema: past the first segment a path may hold the client's own keys.
  const fields = new Set(parsed.error.issues.map(({ path }) => String(path[0])));
  throw untranslatable(`the request's ${[...fields].join(', ')}`);
}
