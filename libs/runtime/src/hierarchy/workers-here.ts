import type { ActorDbid, WorkerId } from '@abaco/contract';

/** A worker of this process. */
export interface WorkerHere {
  readonly worker: WorkerId;
  readonly actor: ActorDbid;
  /** It has its record and its sandbox. */
  readonly started: boolean;
}

/** The workers that live in this process: what the records of its host are compared with. */
export class WorkersHere {
  private readonly workers = new Map<WorkerId, WorkerHere>();

  /** Before it has a record. */
  enter(worker: WorkerId, actor: ActorDbid): void {
    this.workers.set(worker, { worker, actor, started: false });
  }

  started(worker: WorkerId): void {
    const here = this.workers.get(worker);
    if (here) this.workers.set(worker, { ...here, started: true });
  }

  /** After its record was removed, or could not be. */
  leave(worker: WorkerId): void {
    this.workers.delete(worker);
  }

  has(worker: WorkerId): boolean {
    return this.workers.has(worker);
  }

  list(): readonly WorkerHere[] {
    return [...this.workers.values()];
  }
}
