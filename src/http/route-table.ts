/** Which methods each path has: what a 405 says in `Allow`. Only asked when a request has met no route. */
export class RouteTable {
  private readonly methodsByPattern = new Map<string, { matches: RegExp; methods: Set<string> }>();

  add(pattern: string, methods: readonly string[]): void {
    let entry = this.methodsByPattern.get(pattern);
    if (!entry) this.methodsByPattern.set(pattern, (entry = { matches: toRegExp(pattern), methods: new Set() }));
    for (const method of methods) entry.methods.add(method);
  }

  /** The methods that the path answers to, sorted; none when there is no such path. */
  methodsOf(path: string): string[] {
    const methods = new Set<string>();
    for (const entry of this.methodsByPattern.values())
      if (entry.matches.test(path)) for (const method of entry.methods) methods.add(method);
    return [...methods].sort();
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
