import { BaseRef } from './base-ref.js';
import type { Clock } from './clock.js';

/** Where on-demand children are found by their names. */
interface Directory<M> {
  deliver(name: string, item: unknown): void;
  offer(name: string, message: M, signal?: AbortSignal): Promise<void>;
}

/** Points at a name: its messages reach whichever child has it. */
export class OnDemandRef<in M> extends BaseRef<M> {
  constructor(
    private readonly directory: Directory<M>,
    readonly path: string,
    private readonly name: string,
    protected readonly clock: Clock,
  ) {
    super();
  }

  deliver(item: unknown): void {
    this.directory.deliver(this.name, item);
  }

  offer(message: M, options?: { readonly signal?: AbortSignal }): Promise<void> {
    return this.directory.offer(this.name, message, options?.signal);
  }
}
