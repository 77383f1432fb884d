/** The most faults in one answer: more help no client, and would let a small body cause a large answer. */
export const MAX_FAULTS = 32;

/** No field of ours has a longer name; a key or a sentence that a client sent as a name may. */
const LONGEST_NAME = 64;

/** The JSON Pointer of a member (RFC 6901, section 4). For a name that is too long to show it is the parent's. */
export function childPointer(pointer: string, name: string | number): string {
  if (typeof name === 'number') return `${pointer}/${name}`;
  if (name.length > LONGEST_NAME) return pointer;
  return `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
