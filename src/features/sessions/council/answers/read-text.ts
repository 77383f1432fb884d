import type { Reading } from '../../../../llm/broker/llm-call.js';
import { prose } from '../../../../llm/text.js';
import { complain } from './answer.js';

const LONGEST_TEXT = 20_000;

/** A contribution, or a synthesis: any text at all, within the contract's length. */
export function readText(content: string): Reading<string> {
  const value = prose(content, LONGEST_TEXT);
  return value === '' ? complain('it is empty.') : { ok: true, value };
}
