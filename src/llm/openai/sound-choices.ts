import { asObject } from '../http/json.js';

/**
 * The choices of a chunk in a shape that clients can read: official ones fail at a choice without a delta.
 * @returns the list itself where nothing has to be mended; undefined where what a choice says cannot be told.
 */
export function soundChoices(choices: readonly unknown[]): readonly unknown[] | undefined {
  if (!choices.every((choice) => isSound(choice))) return undefined;
  if (choices.every((choice) => asObject(asObject(choice)?.['delta']))) return choices;
  return choices.map((choice) => ({ ...asObject(choice), delta: asObject(asObject(choice)?.['delta']) ?? {} }));
}

function isSound(value: unknown): boolean {
  const choice = asObject(value);
  const delta = choice?.['delta'] ?? {};
  const said = asObject(delta);
  if (!choice || !said) return false;
  const content = said['content'] ?? '';
  return (typeof content === 'string' || Array.isArray(content)) && Array.isArray(said['tool_calls'] ?? []);
}
