import type { ExecutionRecord, ExecutionRepository } from '@abaco/store';
import type { Logger } from '../logger.js';

/** Renews the lease of one attempt until it is released, three times per lease. */
export class LeaseKeeper {
  private readonly timer: NodeJS.Timeout;
  private renewing = false;
  private released = false;

  /** @param onLost called once when another attempt may have begun: this one must not write any more */
  constructor(
    private readonly executions: ExecutionRepository,
    private readonly execution: ExecutionRecord,
    private readonly leaseMs: number,
    private readonly onLost: () => void,
    private readonly logger: Logger,
  ) {
    this.timer = setInterval(() => void this.renew(), leaseMs / 3);
  }

  release(): void {
    this.released = true;
    clearInterval(this.timer);
  }

  private async renew(): Promise<void> {
    if (this.renewing) return;
    this.renewing = true;
    try {
      const held = await this.executions.renewLease(this.execution._id, this.execution.attempt, this.leaseMs);
      if (!held && !this.released) {
        this.release();
        this.onLost();
      }
    } catch (error) {
      // the store is away: whether the lease still holds shows when it is back, and the final write is guarded anyway
      this.logger.warn({ execution: this.execution._id, err: error }, 'The lease of an execution could not be renewed');
    } finally {
      this.renewing = false;
    }
  }
}
