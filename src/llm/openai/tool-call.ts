import { randomBytes } from 'node:crypto';
import { asObject, type JsonObject } from '../http/json.js';

const ID_BYTES = 12;

/**
 * The beginning of a call of a function in a shape that clients can read: with an id (Gemini leaves it empty) and a type (Mistral
 * leaves it out). @returns the same call where it has both.
 */
export function begunCall(call: JsonObject): JsonObject {
  const { id, type } = call;
  if ((isText(id) && isText(type)) || !asObject(call['function'])) return call;
  return {
    ...call,
    id: isText(id) ? id : `call_${randomBytes(ID_BYTES).toString('hex')}`,
    type: isText(type) ? type : 'function',
  };
}

/** A call whose arguments are text: some servers send the object itself. @returns the same call where they are none. */
export function callInText(call: JsonObject): JsonObject {
  const called = asObject(call['function']);
  const input = asObject(called?.['arguments']);
  return input ? { ...call, function: { ...called, arguments: JSON.stringify(input) } } : call;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
