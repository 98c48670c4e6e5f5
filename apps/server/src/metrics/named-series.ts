/** The name of what has no series of its own; no tenant can have it. */
export const OTHER = '_other';

/** Gives names to at most so many series: who comes first keeps its own, all later ones share one. */
export class NamedSeries {
  private readonly names = new Set<string>();

  /** @param most names besides {@link OTHER} */
  constructor(private readonly most: number) {}

  /** @returns `name`, or {@link OTHER} when it came too late */
  of(name: string): string {
    if (this.names.has(name)) return name;
    if (this.names.size >= this.most) return OTHER;
    this.names.add(name);
    return name;
  }
}
