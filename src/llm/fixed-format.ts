import { deepFreeze } from './deep-freeze.js';
import type { ResponseFormat } from './provider.js';

/** The JSON of each fixed format. */
const texts = new WeakMap<object, string>();

/** A format that is the same in every request: frozen, and serialised once, as a schema takes longer than all the rest. */
export function fixedFormat<Format extends ResponseFormat>(format: Format): Format {
  texts.set(format, JSON.stringify(format));
  return deepFreeze(format);
}

/** A request as JSON. */
export function requestJson(request: Readonly<Record<string, unknown>>): string {
  const { response_format: format } = request;
  const text = typeof format === 'object' && format !== null ? texts.get(format) : undefined;
  if (text === undefined) return JSON.stringify(request);
  const rest = JSON.stringify({ ...request, response_format: undefined });
  return `${rest.slice(0, -1)}${rest === '{}' ? '' : ','}"response_format":${text}}`;
}
