import type { WorkerId, WorkerStatus } from '@abaco/contract';
import type { ActorRecord, Store } from '@abaco/store';
import type { Logger } from '../logger.js';

/** Another status is written when it has lasted so long, milliseconds: short executions do not flood the store. */
const SETTLED_AFTER_MS = 1_000;
/** What does not settle, and the time of the last execution, is written so long after the first change at the latest, milliseconds. */
const WRITTEN_WITHIN_MS = 5_000;

/**
 * The status of a started worker, as users see it. It only informs (what decides are the execution records), so it is written
 * behind the events, and a failed write is logged and passed over.
 */
export class WorkerStatusReport {
  private status: WorkerStatus = 'READY';
  /** What the store says, as far as is known. */
  private written: WorkerStatus = 'READY';
  /** Executions under way: the next one may begin before the end of the last one is written. */
  private executions = 0;
  private lastExecution: Date | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** By when what has changed is to be written, milliseconds of the monotonic clock. */
  private deadline: number | undefined;
  private writes: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Store,
    private readonly actor: ActorRecord,
    private readonly worker: WorkerId,
    private readonly logger: Logger,
  ) {}

  /** An execution has begun. */
  busy(): void {
    this.executions++;
    this.change('BUSY');
  }

  /** An execution has ended. */
  idle(): void {
    this.lastExecution = new Date();
    this.executions--;
    this.change(this.executions > 0 ? 'BUSY' : 'READY');
  }

  /** The worker takes no more messages. @returns when that is written, or could not be */
  shuttingDown(): Promise<void> {
    this.status = 'SHUTTING_DOWN';
    this.write();
    return this.writes;
  }

  private change(status: WorkerStatus): void {
    if (this.status === 'SHUTTING_DOWN') return;
    this.status = status;
    const now = performance.now();
    this.deadline ??= now + WRITTEN_WITHIN_MS;
    const left = this.deadline - now;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.write(), status === this.written ? left : Math.min(left, SETTLED_AFTER_MS));
  }

  private write(): void {
    clearTimeout(this.timer);
    this.deadline = undefined;
    const { status, lastExecution } = this;
    this.lastExecution = undefined;
    this.writes = this.writes
      .then(async () => {
        await this.put(status, lastExecution);
        this.written = status;
      })
      .catch((error: unknown) =>
        this.logger.warn({ worker: this.worker, status, err: error }, 'Worker status could not be written'),
      );
  }

  private async put(status: WorkerStatus, lastExecution: Date | undefined): Promise<void> {
    const { workers } = this.store;
    if (status !== this.written) {
      const fields = lastExecution ? { last_execution_time: lastExecution } : {};
      await workers.transition(this.actor._id, this.worker, status, fields);
    } else if (lastExecution) {
      await workers.noteExecution(this.actor._id, this.worker, lastExecution);
    }
  }
}
