import type { RouteSettings } from './access.js';

interface PathEntry {
  readonly matches: RegExp;
  readonly methods: Set<string>;
  speaksOpenAi: boolean;
}

/** What is known of a path regardless of the method, such as its methods for a 405. Only asked when no route matches. */
export class RouteTable {
  private readonly byPattern = new Map<string, PathEntry>();

  add(pattern: string, methods: readonly string[], { errors }: RouteSettings): void {
    let entry = this.byPattern.get(pattern);
    if (!entry)
      this.byPattern.set(pattern, (entry = { matches: toRegExp(pattern), methods: new Set(), speaksOpenAi: false }));
    for (const method of methods) entry.methods.add(method);
    entry.speaksOpenAi ||= errors === 'openai';
  }

  /** The methods that the path answers to, sorted; none when there is no such path. */
  methodsOf(path: string): string[] {
    return [...new Set(this.entriesOf(path).flatMap(({ methods }) => [...methods]))].sort();
  }

  speaksOpenAi(path: string): boolean {
    return this.entriesOf(path).some((entry) => entry.speaksOpenAi);
  }

  private entriesOf(path: string): PathEntry[] {
    return [...this.byPattern.values()].filter(({ matches }) => matches.test(path));
  }
}

function toRegExp(pattern: string): RegExp {
  const source = pattern
    .split('/')
    .map((segment) =>
      segment.startsWith(':')
        ? '[^/]+'
        : segment.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*'),
    )
    .join('/');
  return new RegExp(`^${source}$`);
}
