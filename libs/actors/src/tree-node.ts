import { InvalidName, NameTaken } from './errors.js';

/** A place in the tree. A name is free again when its node has been removed. */
export abstract class TreeNode<N extends TreeNode<N>> {
  private nodes?: Map<string, N>;

  constructor(
    readonly parent: N | undefined,
    readonly name: string,
  ) {}

  get path(): string {
    return `${this.parent?.path ?? ''}/${this.name}`;
  }

  get childCount(): number {
    return this.nodes?.size ?? 0;
  }

  child(name: string): N | undefined {
    return this.nodes?.get(name);
  }

  children(): Iterable<N> {
    return this.nodes?.values() ?? [];
  }

  /** @throws InvalidName, NameTaken */
  protected checkName(name: string): void {
    if (typeof name !== 'string' || name === '' || name.includes('/')) throw new InvalidName(name);
    if (this.nodes?.has(name)) throw new NameTaken(`${this.path}/${name}`);
  }

  protected add(node: N): void {
    this.nodes ??= new Map();
    this.nodes.set(node.name, node);
  }

  protected remove(node: N): void {
    this.nodes?.delete(node.name);
    if (this.nodes?.size === 0) this.nodes = undefined;
  }
}
