import type { Server } from './commands/command.js';
import { forEachMatch } from './commands/update.js';

/** Removes documents of TTL indexes whose time has come. */
export class TtlSweeper {
  private readonly timer: NodeJS.Timeout;
  private running: Promise<void> | undefined;

  constructor(
    private readonly server: Server,
    intervalMs: number,
    private readonly onError: (error: unknown) => void,
  ) {
    this.timer = setInterval(() => void this.sweep().catch(this.onError), intervalMs);
    this.timer.unref();
  }

  /** Sweeps all collections once; a sweep that runs already is waited for instead. */
  async sweep(now = new Date()): Promise<void> {
    this.running ??= this.sweepAll(now).finally(() => (this.running = undefined));
    await this.running;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private async sweepAll(now: Date): Promise<void> {
    for (const collection of this.server.catalog.list()) {
      for (const { spec } of collection.indexes) {
        const [field] = spec.fields;
        if (spec.expireAfterSeconds === undefined || !field) continue;
        const due = new Date(now.getTime() - spec.expireAfterSeconds * 1000);
        await forEachMatch(this.server, collection, { [field.path]: { $lte: due } }, { now }, (expired) => {
          collection.remove(expired);
        });
      }
    }
    await this.server.cursors.removeIdle(now.getTime());
  }
}
