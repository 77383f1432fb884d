import type { Granularity } from '../../llm/offline/granularity.js';
import type { LocalisedTemplate } from '../../llm/offline/envelope.js';
import { fixedFormat } from '../../llm/fixed-format.js';
import type { ChatMessage } from '../../llm/provider.js';

export const PROMPT_FILE = 'breakdown.v1.md';

/** What a breakdown is made from. */
export interface PlanRequest {
  readonly task: string;
  readonly granularity: Granularity;
  readonly hints: readonly string[];
  readonly template: LocalisedTemplate | null;
}

/** The messages of a request. What the client wrote stays inside JSON strings of the user message: data, not instruction. */
export function planMessages(
  systemPrompt: string,
  { task, granularity, hints, template }: PlanRequest,
): readonly ChatMessage[] {
  return [
    { role: 'system', content: systemPrompt },
    { role: 'user', content: withMember(JSON.stringify({ task, granularity, hints }), 'template', jsonOf(template)) },
  ];
}

/** The JSON of an object with one member more. */
function withMember(json: string, name: string, value: string): string {
  return `${json.slice(0, -1)},"${name}":${value}}`;
}

/** The JSON of templates, which are immutable: several kilobytes each, the same in every request. */
const prepared = new WeakMap<LocalisedTemplate, string>();

function jsonOf(template: LocalisedTemplate | null): string {
  if (template === null) return 'null';
  let json = prepared.get(template);
  if (json === undefined) prepared.set(template, (json = JSON.stringify(template)));
  return json;
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
export const PLAN_RESPONSE_FORMAT = fixedFormat({
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
});
