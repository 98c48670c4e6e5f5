import type { Catalog } from './storage/catalog.js';
import type { Environment } from './storage/environment.js';

/** Keys removed in one write transaction. */
const chunkSize = 500;

/** Frees, a little at a time, the space of dropped collections and indexes; what is left at a stop goes after the next start. */
export class GarbageCollector {
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly environment: Environment,
    private readonly catalog: Catalog,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): void {
    this.running ??= this.run()
      .catch(this.onError)
      .finally(() => (this.running = undefined));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    for (let garbage = this.catalog.garbage(); garbage.length > 0; garbage = this.catalog.garbage()) {
      for (const item of garbage) {
        let done = false;
        while (!done) {
          if (this.stopped) return;
          done = await this.environment.write(() => this.catalog.collect(item, chunkSize));
        }
      }
    }
  }
}
