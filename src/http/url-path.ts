const LONGEST_SHOWN = 256;

/** The path of a request's URL, without its query, fit for a body or a log: printable ASCII, and not too long. */
export function pathOf(url: string | undefined): string {
  if (url === undefined) return '/';
  const end = url.search(/[?#]/);
  const path = end === -1 ? url : url.slice(0, end);
  return path.slice(0, LONGEST_SHOWN).replaceAll(/[^!-~]/g, '?') || '/';
}
