import { createHash } from 'node:crypto';
import { asRecord, type ReceivedCall } from './call.js';

/** What the model says, before it takes the shape of an API. */
export interface Answer {
  readonly content: string;
  /** In OpenAI's words; `stop` or `tool_calls` when left out, null for none. */
  readonly finish?: 'stop' | 'length' | 'content_filter' | 'tool_calls' | null;
  /** Said in the place of any content. */
  readonly refusal?: string;
  readonly toolCall?: { readonly name: string; readonly input: object };
}

type Schema = Readonly<Record<string, unknown>>;

/** The structure that the request asks for: `response_format`, Anthropic's output format, or a tool that it forces. */
function wantedSchema({ body }: ReceivedCall): Schema | undefined {
  const format = asRecord(body['response_format']);
  if (format?.['type'] === 'json_object') return {};
  const output = asRecord(asRecord(body['output_config'])?.['format']) ?? asRecord(body['output_format']);
  const tool = forcedTool(body);
  return asRecord(asRecord(format?.['json_schema'])?.['schema'] ?? output?.['schema'] ?? tool?.['input_schema']);
}

/** The tool that an Anthropic request forces: how structure was asked for before there were output formats. */
export function forcedTool(body: Readonly<Record<string, unknown>>): Schema | undefined {
  const choice = asRecord(body['tool_choice']);
  if (choice?.['type'] !== 'tool' || !Array.isArray(body['tools'])) return undefined;
  return (body['tools'] as unknown[]).map(asRecord).find((tool) => tool?.['name'] === choice['name']);
}

/**
 * The same answer for the same prompt. A plan where the schema has steps (or there is none to look at), an instance of any
 * other schema that is asked for, else a short text.
 */
export function defaultContent(call: ReceivedCall): string {
  const mark = createHash('sha256').update(call.prompt).digest('hex').slice(0, 8);
  const schema = wantedSchema(call);
  if (!schema) return `This is the answer ${mark}, in a handful of words.`;
  const properties = asRecord(schema['properties']);
  return JSON.stringify(
    properties && !('steps' in properties) ? instanceOf(schema, { root: schema, mark }) : planOf(mark),
  );
}

function planOf(mark: string): object {
  const steps = ['Begin', 'Go on', 'Finish'].map((title, index) => ({
    id: String(index + 1),
    title: `${title} with ${mark}`,
    detail: '',
    estimate_minutes: 10 * (index + 1),
    depends_on: index === 0 ? [] : [String(index)],
    substeps: [],
  }));
  return { steps };
}

const DEEPEST = 8;

/** The smallest sensible value that a JSON schema allows. */
function instanceOf(schema: Schema, at: { root: Schema; mark: string; depth?: number }): unknown {
  const depth = (at.depth ?? 0) + 1;
  const inner = (value: unknown) => instanceOf(asRecord(value) ?? {}, { ...at, depth });
  if (typeof schema['$ref'] === 'string') return inner(resolved(schema['$ref'], at.root));
  if ('const' in schema) return schema['const'];
  for (const key of ['enum', 'anyOf', 'oneOf', 'allOf'])
    if (Array.isArray(schema[key])) return key === 'enum' ? (schema[key][0] as unknown) : inner(schema[key][0]);
  const type: unknown = Array.isArray(schema['type']) ? schema['type'][0] : schema['type'];
  const number = (key: string, otherwise: number) => (typeof schema[key] === 'number' ? schema[key] : otherwise);
  if (type === 'string')
    return `text ${at.mark}`.padEnd(number('minLength', 0), '.').slice(0, number('maxLength', Infinity));
  if (type === 'integer' || type === 'number') return Math.min(number('minimum', 1), number('maximum', Infinity));
  if (type === 'boolean') return false;
  if (type === 'null') return null;
  if (type === 'array')
    return Array.from({ length: number('minItems', depth < DEEPEST ? 1 : 0) }, () => inner(schema['items']));
  const properties = Object.entries(asRecord(schema['properties']) ?? {});
  return Object.fromEntries(properties.map(([name, property]) => [name, inner(property)]));
}

function resolved(reference: string, root: Schema): unknown {
  const steps = reference.split('/').slice(1);
  return steps.reduce<unknown>((value, step) => asRecord(value)?.[step], root);
}
