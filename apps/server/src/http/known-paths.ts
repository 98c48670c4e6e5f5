interface Pattern {
  readonly expression: RegExp;
  readonly methods: Set<string>;
}

/**
 * Which paths exist, under whatever method: tells a wrong method (405) from an unknown path (404). Filled by the router as
 * routes are added; `:name` stands for one segment, a final `*` for any rest.
 */
export class KnownPaths {
  private readonly patterns = new Map<string, Pattern>();

  add(path: string, methods: readonly string[]): void {
    const known = this.patterns.get(path) ?? { expression: expressionOf(path), methods: new Set<string>() };
    for (const method of methods) known.methods.add(method);
    this.patterns.set(path, known);
  }

  /** Every path as it was added, with its methods. */
  all(): { path: string; methods: string[] }[] {
    return Array.from(this.patterns, ([path, { methods }]) => ({ path, methods: [...methods] }));
  }

  /** The methods that `path` (without a query) takes, sorted; empty when there is no such path. */
  methodsOf(path: string): readonly string[] {
    const normal = path.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
    const methods = new Set<string>();
    for (const pattern of this.patterns.values()) {
      if (pattern.expression.test(normal)) for (const method of pattern.methods) methods.add(method);
    }
    return [...methods].sort();
  }
}

function expressionOf(path: string): RegExp {
  const segments = path.split('/').map((segment) => {
    if (segment === '*') return '.*';
    return segment.startsWith(':') ? '[^/]+' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${segments.join('/')}$`);
}
