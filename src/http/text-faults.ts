import type { FieldFault } from '../reliability/errors/app-error.js';
import { childPointer, MAX_FAULTS } from './json-pointer.js';

/** Whether a text can be stored and sent on: Postgres takes no NUL, and a lone surrogate has no UTF-8. */
export function isCleanText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

const DETAIL = 'must be text without NUL and without lone surrogates';

/** Every text in the value, names included, that cannot be stored. Depth is bounded by the parser. */
export function textFaults(value: unknown, pointer = '', faults: FieldFault[] = []): FieldFault[] {
  if (faults.length >= MAX_FAULTS) return faults;
  if (typeof value === 'string') {
    if (!isCleanText(value)) faults.push({ pointer, detail: DETAIL });
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      if (isCleanText(name)) textFaults(member, childPointer(pointer, name), faults);
      else faults.push({ pointer, detail: `has a name that ${DETAIL}` });
    }
  }
  return faults;
}
