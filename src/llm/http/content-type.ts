import type { AnswerHeaders } from './retry-after.js';

/** Whether an answer says that it is one piece of JSON. */
export function isJson(headers: AnswerHeaders): boolean {
  return /^application\/(?:[\w.-]+\+)?json\b/i.test(String(headers['content-type'] ?? ''));
}
