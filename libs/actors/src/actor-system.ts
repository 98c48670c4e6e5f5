import type { BehaviorFactory } from './behavior.js';
import { Cell } from './cell.js';
import { type Clock, systemClock } from './clock.js';
import type { Environment } from './environment.js';
import { InvalidName } from './errors.js';
import type { EventStream } from './event-stream.js';
import type { Interceptor } from './interceptor.js';
import type { ActorObserver, SystemEvent } from './observer.js';
import type { Ref } from './ref.js';
import { Reports } from './reports.js';
import { Scheduler } from './scheduler.js';
import type { ActorSnapshot } from './snapshot.js';
import type { SpawnOptions } from './spawn-options.js';

export interface ActorSystemOptions {
  /** First element of every path. Default `system`. */
  readonly name?: string;
  /** Is told what happens in the tree. Default: nobody. */
  readonly observer?: ActorObserver;
  /** Runs before the code of actors does. Default: none. */
  readonly interceptor?: Interceptor;
  /** Time for timers, deadlines and backoff. Default: real time. */
  readonly clock?: Clock;
}

/** The root of one tree of actors. */
export class ActorSystem {
  readonly name: string;
  private readonly root: Cell;
  private readonly scheduler = new Scheduler();
  private readonly reports: Reports;

  /** @throws InvalidName when the name contains `/` or is empty. */
  constructor({ name = 'system', observer = {}, interceptor, clock = systemClock }: ActorSystemOptions = {}) {
    if (name === '' || name.includes('/')) throw new InvalidName(name);
    this.name = name;
    this.reports = new Reports(observer);
    const { reports, scheduler } = this;
    const environment: Environment = { clock, scheduler, reports, ...(interceptor ? { interceptor } : {}) };
    // What top-level actors escalate is reported and goes no further.
    this.root = new Cell(environment, undefined, name, () => () => undefined, {
      supervision: { decide: () => 'resume' },
    });
  }

  /**
   * Starts a top-level actor, `/<system>/<name>`.
   * @throws NameTaken when a living actor has this name, InvalidName when it contains `/` or is empty, ActorStopped after `stop`,
   *   RangeError when an option is out of range.
   */
  spawn<M>(name: string, factory: BehaviorFactory<M>, options?: SpawnOptions): Ref<M> {
    return this.root.spawn(name, factory, options);
  }

  /** Starts and ends of actors, failures and dead letters, for whoever subscribes. */
  get events(): EventStream<SystemEvent> {
    return this.reports.events;
  }

  /** All living actors, parents before children. */
  snapshot(): ActorSnapshot[] {
    const snapshots: ActorSnapshot[] = [];
    const visit = (cell: Cell) => {
      for (const child of cell.children()) {
        snapshots.push(child.snapshot());
        visit(child);
      }
    };
    visit(this.root);
    return snapshots;
  }

  /** Stops the whole tree, children before parents; resolves when all is drained or after `deadlineMs` (default 10,000). */
  async stop(deadlineMs?: number): Promise<void> {
    this.root.requestStop(deadlineMs);
    await this.root.whenStopped();
    this.scheduler.close();
  }
}
