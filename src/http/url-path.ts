const LONGEST_SHOWN = 256;

const LONG_SEGMENT = /[^/]{32,}/g;

/** The path of a request's target, without scheme, host and query. */
export function pathOf(target: string | undefined): string {
  if (target === undefined) return '/';
  const start = target.startsWith('/') ? 0 : pathStart(target);
  const length = target.slice(start).search(/[?#]/);
  return length === -1 ? target.slice(start) : target.slice(start, start + length);
}

/**
 * The part of the path that a body may repeat. Our ids are shorter than our keys: a segment so long that it may be a key, sent
 * in the place of an id, becomes `*`. Node's parser lets nothing but printable ASCII into a target.
 */
export function shownPathOf(target: string | undefined): string {
  return pathOf(target).replaceAll(LONG_SEGMENT, '*').slice(0, LONGEST_SHOWN);
}

/** In the absolute form (RFC 9112, section 3.2.2) the path comes after the host. */
function pathStart(target: string): number {
  const scheme = target.indexOf('://');
  const slash = scheme === -1 ? -1 : target.indexOf('/', scheme + 3);
  return slash === -1 ? 0 : slash;
}
