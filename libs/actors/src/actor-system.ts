import type { BehaviorFactory } from './behavior.js';
import { Cell } from './cell.js';
import { type Clock, systemClock } from './clock.js';
import type { SpawnOptions } from './context.js';
import type { DeadLetter } from './dead-letter.js';
import type { Environment } from './environment.js';
import { InvalidName } from './errors.js';
import type { Ref } from './ref.js';
import { Scheduler } from './scheduler.js';
import type { ActorSnapshot } from './snapshot.js';

export interface ActorSystemOptions {
  /** First element of every path. Default `system`. */
  readonly name?: string;
  /** Called for every dead letter. Default: nothing. Must not throw. */
  readonly onDeadLetter?: (letter: DeadLetter) => void;
  /** Called for every failure, with what supervision decided. Default: nothing. Must not throw. */
  readonly onFailure?: (failure: { path: string; error: Error; directive: string }) => void;
  /** Time for timers, deadlines and backoff. Default: real time. */
  readonly clock?: Clock;
}

/** The root of one tree of actors. */
export class ActorSystem {
  readonly name: string;
  private readonly root: Cell;
  private readonly scheduler = new Scheduler();

  /** @throws InvalidName when the name contains `/` or is empty. */
  constructor({ name = 'system', onDeadLetter, onFailure, clock = systemClock }: ActorSystemOptions = {}) {
    if (name === '' || name.includes('/')) throw new InvalidName(name);
    this.name = name;
    const environment: Environment = {
      clock,
      scheduler: this.scheduler,
      reportDeadLetter: contained(onDeadLetter),
      reportFailure: contained(onFailure),
    };
    // What top-level actors escalate is reported and goes no further.
    this.root = new Cell(environment, undefined, name, () => () => undefined, {
      supervision: { decide: () => 'resume' },
    });
  }

  /**
   * Starts a top-level actor, `/<system>/<name>`.
   * @throws NameTaken when a living actor has this name, InvalidName when it contains `/` or is empty, ActorStopped after `stop`.
   */
  spawn<M>(name: string, factory: BehaviorFactory<M>, options?: SpawnOptions): Ref<M> {
    return this.root.spawn(name, factory, options);
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

/** A listener that cannot hurt an actor. */
function contained<T>(listener: ((event: T) => void) | undefined): (event: T) => void {
  return (event) => {
    try {
      listener?.(event);
    } catch {
      // A listener must not throw; there is nobody left to tell, and an actor must not suffer from it.
    }
  };
}
