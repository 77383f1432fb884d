/** A list of more faults helps nobody, and would let a small body have a large answer. */
export const MAX_FAULTS = 32;

/** No field of ours has a longer name; a key or a sentence has. */
const LONGEST_NAME = 64;

/** The JSON Pointer of a member (RFC 6901, section 4). A name that is too long to show is left to its parent. */
export function childPointer(pointer: string, name: string | number): string {
  if (typeof name === 'number') return `${pointer}/${name}`;
  if (name.length > LONGEST_NAME) return pointer;
  return `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
