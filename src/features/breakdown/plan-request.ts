import { readFileSync } from 'node:fs';
import { EXIT, StartupFault } from '../../config/startup-fault.js';
import type { Granularity } from '../../llm/offline/granularity.js';
import type { LocalisedTemplate } from '../../llm/offline/envelope.js';
import type { ChatMessage, ChatRequest } from '../../llm/provider.js';

/** The version is in the file's name: a changed prompt is a new file, so that answers can be traced to the words that asked. */
export const PROMPT_FILE = 'breakdown.v1.md';

/** What a breakdown is made from. */
export interface PlanRequest {
  readonly task: string;
  readonly granularity: Granularity;
  readonly hints: readonly string[];
  readonly template: LocalisedTemplate | null;
}

/**
 * Reads the system prompt.
 * @throws StartupFault (exit 78) when the file is missing or empty.
 */
export function loadPrompt(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new StartupFault(`The prompt ${path} cannot be read.`, EXIT.config, { cause });
  }
  if (text === '') throw new StartupFault(`The prompt ${path} is empty.`, EXIT.config);
  return text;
}

/** The messages of a request. What the client wrote stays inside JSON strings of the user message: data, not instruction. */
export function planMessages(
  systemPrompt: string,
  { task, granularity, hints, template }: PlanRequest,
): readonly ChatMessage[] {
  return [
    { role: 'system', content: systemPrompt },
    { role: 'user', content: JSON.stringify({ task, granularity, hints, template }) },
  ];
}

const MOST_LEVELS = 3;

function stepSchema(level: number): Record<string, unknown> {
  const properties = {
    id: { type: 'string', description: 'Unique within the plan.' },
    title: { type: 'string', description: 'What to do, at most 280 characters.' },
    detail: { type: 'string', description: 'One or two sentences of help, or an empty string.' },
    estimate_minutes: { type: 'integer', description: 'Positive; with its substeps.' },
    depends_on: {
      type: 'array',
      items: { type: 'string' },
      description: 'Ids of steps that must end before this one starts.',
    },
    ...(level < MOST_LEVELS ? { substeps: { type: 'array', items: stepSchema(level + 1) } } : {}),
  };
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

/** Asks for the plan as one JSON object. Strict mode wants every property required and no other allowed. */
export const PLAN_RESPONSE_FORMAT = {
  type: 'json_schema',
  json_schema: {
    name: 'breakdown',
    strict: true,
    schema: {
      type: 'object',
      properties: { steps: { type: 'array', items: stepSchema(1) } },
      required: ['steps'],
      additionalProperties: false,
    },
  },
} satisfies ChatRequest['response_format'];
