/** Families of everyday tasks within the kinds: what their words say together asks for a plan of its own. */
export const FAMILIES = [
  'plant',
  'trim',
  'visit',
  'lookAfter',
  'escort',
  'appointment',
  'outing',
  'heal',
  'pack',
  'getReady',
  'wash',
] as const;

export type Family = (typeof FAMILIES)[number];

/** Expressions on folded text, each of which tells that a request is of the family. */
export type FamilyWords = Readonly<Record<Family, readonly RegExp[]>>;

/** The expressions of a language, each anchored at the start of the request. */
export function requests(...patterns: readonly string[]): readonly RegExp[] {
  return patterns.map((pattern) => new RegExp(`^(?:${pattern})`, 'u'));
}
