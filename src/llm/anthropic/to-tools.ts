import type { ChatOptions, ChatTool } from './chat-options.js';
import type { Tool, ToolChoice } from './messages-api.js';

const LONGEST_TOOL_NAME = 64;
const ANSWER_DESCRIPTION = 'Gives the answer. Call it once, with the whole answer.';

/** Which tools the model sees, and what makes it use them. */
export interface ToolPlan {
  readonly tools?: readonly Tool[] | undefined;
  readonly choice?: ToolChoice | undefined;
  /** Asks in words for the call, where a model cannot be forced. */
  readonly instruction?: string | undefined;
  /** The tool whose input is the structured answer. */
  readonly answerTool?: string | undefined;
}

/**
 * Tools and structured output. Structure is asked for as the input of a tool, which every model can give.
 * @param mayForce whether the model may be made to call a tool
 */
export function toTools(options: ChatOptions, mayForce: boolean): ToolPlan {
  const answer = answerTool(options);
  const own = answer && options.tool_choice === 'none' ? [] : (options.tools ?? []).map((tool) => toTool(tool));
  const tools = answer ? [...own, answer] : own;
  // Anthropic refuses a choice without tools.
  if (tools.length === 0) return {};
  const wanted = answer ? choiceForAnswer(answer, own) : toChoice(options.tool_choice);
  const instruction = mayForce ? undefined : instructionFor(wanted);
  const choice = sequential(instruction === undefined ? wanted : { type: 'auto' }, options.parallel_tool_calls);
  return { tools, choice, instruction, answerTool: answer?.name };
}

/** Absent when the client insists on a call of its own tools: that call is then the whole answer. */
function answerTool({ response_format: format, tools, tool_choice: choice }: ChatOptions): Tool | undefined {
  if (format?.type !== 'json_schema' || (choice != null && choice !== 'auto' && choice !== 'none')) return undefined;
  const { name, description, schema } = format.json_schema;
  const taken = new Set((tools ?? []).map((tool) => tool.function.name));
  return {
    name: freeName(name, taken),
    description: description ?? ANSWER_DESCRIPTION,
    input_schema: asObject(schema),
  };
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted.replaceAll(/[^\w-]/g, '_').slice(0, LONGEST_TOOL_NAME) || 'answer';
  while (taken.has(name)) name = `${name.slice(0, LONGEST_TOOL_NAME - 1)}_`;
  return name;
}

function toTool({ function: { name, description, parameters } }: ChatTool): Tool {
  return { name, description: description ?? undefined, input_schema: asObject(parameters ?? { properties: {} }) };
}

/** Anthropic refuses a schema without `object` at its root. */
function asObject(schema: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { type: 'object', ...schema };
}

function choiceForAnswer(answer: Tool, own: readonly Tool[]): ToolChoice {
  return own.length === 0 ? { type: 'tool', name: answer.name } : { type: 'any' };
}

function toChoice(choice: ChatOptions['tool_choice']): ToolChoice | undefined {
  if (choice == null) return undefined;
  switch (choice) {
    case 'auto':
    case 'none':
      return { type: choice };
    case 'required':
      return { type: 'any' };
    default:
      return { type: 'tool', name: choice.function.name };
  }
}

function instructionFor(choice: ToolChoice | undefined): string | undefined {
  if (choice?.type === 'tool') return `Answer only by calling the tool ${choice.name}.`;
  return choice?.type === 'any' ? 'Answer only by calling one of the tools.' : undefined;
}

function sequential(choice: ToolChoice | undefined, parallel: boolean | null | undefined): ToolChoice | undefined {
  if (parallel !== false || choice?.type === 'none') return choice;
  return { ...(choice ?? { type: 'auto' }), disable_parallel_tool_use: true };
}
