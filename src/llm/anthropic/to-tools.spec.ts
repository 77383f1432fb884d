import { describe, expect, it } from '@jest/globals';
import { toTools } from './to-tools.js';

const tool = (name: string, parameters?: Record<string, unknown>) => ({
  type: 'function' as const,
  function: { name, parameters },
});
const named = (name: string) => ({ type: 'function' as const, function: { name } });
const schema = { type: 'object', properties: { steps: { type: 'array' } } };
const plan = { type: 'json_schema' as const, json_schema: { name: 'plan', schema } };

describe('tools', () => {
  it('carries them over, with a schema that says object', () => {
    const look = { type: 'function' as const, function: { name: 'look', description: 'Looks.', parameters: schema } };
    expect(toTools({ tools: [look, tool('wait')] }, true).tools).toEqual([
      { name: 'look', description: 'Looks.', input_schema: schema },
      { name: 'wait', input_schema: { type: 'object', properties: {} } },
    ]);
  });

  it.each([
    ['auto' as const, { type: 'auto' }],
    ['none' as const, { type: 'none' }],
    ['required' as const, { type: 'any' }],
    [named('look'), { type: 'tool', name: 'look' }],
    [undefined, undefined],
  ])('choice %j is %j', (choice, expected) => {
    expect(toTools({ tools: [tool('look')], tool_choice: choice }, true).choice).toEqual(expected);
  });

  it('sends no choice without tools', () => {
    expect(toTools({ tool_choice: 'none', tools: [] }, true)).toEqual({});
  });

  it('asks for one call at a time, unless there is to be none', () => {
    const ask = (choice?: 'none' | 'required') =>
      toTools({ tools: [tool('look')], tool_choice: choice, parallel_tool_calls: false }, true).choice;
    expect(ask()).toEqual({ type: 'auto', disable_parallel_tool_use: true });
    expect(ask('required')).toEqual({ type: 'any', disable_parallel_tool_use: true });
    expect(ask('none')).toEqual({ type: 'none' });
  });
});

describe('structured output', () => {
  it('is the input of a tool that the model has to call', () => {
    expect(toTools({ response_format: plan }, true)).toMatchObject({
      tools: [{ name: 'plan', input_schema: schema }],
      choice: { type: 'tool', name: 'plan' },
      instruction: undefined,
      answerTool: 'plan',
    });
  });

  it('leaves the model free to call the tools of the client first', () => {
    const { tools, choice } = toTools({ response_format: plan, tools: [tool('look')] }, true);
    expect(tools?.map(({ name }) => name)).toEqual(['look', 'plan']);
    expect(choice).toEqual({ type: 'any' });
  });

  it('hides the tools that the client forbids to call', () => {
    const { tools, choice } = toTools({ response_format: plan, tools: [tool('look')], tool_choice: 'none' }, true);
    expect(tools?.map(({ name }) => name)).toEqual(['plan']);
    expect(choice).toEqual({ type: 'tool', name: 'plan' });
  });

  it('gives way where the client insists on a call', () => {
    const options = { response_format: plan, tools: [tool('look')], tool_choice: 'required' as const };
    expect(toTools(options, true)).toMatchObject({ tools: [{ name: 'look' }], choice: { type: 'any' } });
    expect(toTools(options, true).answerTool).toBeUndefined();
  });

  it('takes a name that no tool of the client has', () => {
    expect(toTools({ response_format: plan, tools: [tool('plan')] }, true).answerTool).toBe('plan_');
  });

  it('takes a name that Anthropic takes', () => {
    const name = (wanted: string) =>
      toTools({ response_format: { type: 'json_schema', json_schema: { name: wanted, schema } } }, true).answerTool;
    expect(name('my plan!')).toBe('my_plan_');
    expect(name('')).toBe('answer');
    expect(name('x'.repeat(80))).toHaveLength(64);
  });
});

describe('a model that cannot be forced', () => {
  it('is told instead', () => {
    const { choice, instruction, answerTool } = toTools({ response_format: plan }, false);
    expect(choice).toEqual({ type: 'auto' });
    expect(instruction).toContain('plan');
    expect(answerTool).toBe('plan');
    expect(toTools({ tools: [tool('look')], tool_choice: 'required' }, false).instruction).toBeDefined();
  });

  it('is told nothing where it may choose', () => {
    const plans = (['auto', 'none'] as const).map((choice) =>
      toTools({ tools: [tool('look')], tool_choice: choice }, false),
    );
    expect(plans.map(({ choice }) => choice?.type)).toEqual(['auto', 'none']);
    expect(plans.map(({ instruction }) => instruction)).toEqual([undefined, undefined]);
  });
});
