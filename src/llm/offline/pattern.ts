import { capitalised } from './excerpt.js';

/** What a pattern may ask of the text. */
export const SLOTS = ['deliverable', 'deadline', 'quantity', 'budget', 'people', 'recipient', 'place'] as const;

export type Slot = (typeof SLOTS)[number];

/** What the text does say, as plain text. A slot that it does not fill is absent. */
export type SlotValues = Readonly<Partial<Record<Slot, string>>>;

const OPTIONAL_PART = /\[([^[\]]*)\]/g;
const SLOT = /\{(\w+)\}/g;

function isSlot(name: string): name is Slot {
  return (SLOTS as readonly string[]).includes(name);
}

/** The slots named in a pattern, known or not. */
function namesIn(pattern: string): string[] {
  return [...pattern.matchAll(SLOT)].map(([, name = '']) => name);
}

/** What is wrong with a pattern; undefined when nothing is. */
export function patternFault(pattern: string): string | undefined {
  const outside = pattern.replace(OPTIONAL_PART, '');
  if (/[[\]]/.test(outside)) return `unbalanced or nested brackets in "${pattern}"`;
  if (/[{}]/.test(outside)) return `a slot outside brackets in "${pattern}"`;
  const unknown = namesIn(pattern).find((name) => !isSlot(name));
  return unknown === undefined ? undefined : `unknown slot {${unknown}} in "${pattern}"`;
}

/**
 * Fills a pattern. `[part with {slot}|else]` is left out, or becomes its second half, when a slot in it has no value. Names of
 * slots that were used are added to `used`.
 */
export function fillPattern(pattern: string, values: SlotValues, used?: Set<Slot>): string {
  const fillSlots = (part: string): string =>
    part.replace(SLOT, (_, name: string) => {
      if (!isSlot(name)) return '';
      used?.add(name);
      return values[name] ?? '';
    });
  const isFilled = (part: string): boolean => namesIn(part).every((name) => isSlot(name) && values[name] !== undefined);
  const filled = pattern.replace(OPTIONAL_PART, (_, part: string) => {
    const [wanted = '', otherwise = ''] = part.split('|');
    if (isFilled(wanted)) return fillSlots(wanted);
    return isFilled(otherwise) ? fillSlots(otherwise) : '';
  });
  return capitalised(
    fillSlots(filled)
      .replace(/ {2,}/g, ' ')
      .replace(/(?<!\.)\.\.(?!\.)/g, '.')
      .trim(),
  );
}
