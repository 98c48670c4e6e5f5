import {
  type ActorContext,
  ActorSystem,
  type Behavior,
  type BehaviorFactory,
  NameTaken,
  type Ref,
  type SpawnOptions,
} from '@abaco/actors';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { ACTORS_OPTIONS, type ActorsOptions } from './actors-options.js';
import { ActorsRootDuplicated, DuplicateActor, NotABehavior } from './errors.js';

/** Ties the actor system to the life of the application: actors start when all modules are ready, and stop before any is gone. */
@Injectable()
export class ActorLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private settle: (started: boolean) => void;
  /** Whether actors may run; `false` when the application is closed before it has started. */
  private readonly started = new Promise<boolean>((resolve) => (this.settle = resolve));

  constructor(
    private readonly system: ActorSystem,
    @Inject(ACTORS_OPTIONS) private readonly options: ActorsOptions,
    modules: ModulesContainer,
  ) {
    const roots = [...modules.values()].filter((module) => module.isGlobal && module.providers.has(ActorLifecycle));
    if (roots.length > 1) throw new ActorsRootDuplicated();
  }

  /**
   * Spawns a top-level actor at once, so that its ref can be injected, but lets its behavior be made only when the application has
   * started; until then its messages wait.
   * @throws DuplicateActor, InvalidName
   */
  spawn<M>(name: string, factory: BehaviorFactory<M>, options?: SpawnOptions): Ref<M> {
    try {
      return this.system.spawn<M>(name, (context) => this.start(name, factory, context), options);
    } catch (error) {
      throw error instanceof NameTaken ? new DuplicateActor(name) : error;
    }
  }

  /**
   * Behaviors use injected services, which may be ready only after their `onModuleInit`; this hook follows all of those. A global
   * module has it called before the other modules, whose own `onApplicationBootstrap` can therefore ask actors.
   */
  onApplicationBootstrap(): void {
    this.settle(true);
  }

  /**
   * Nest closes in this order: every `onModuleDestroy`, every `beforeApplicationShutdown`, HTTP and other listeners, every
   * `onApplicationShutdown`. The actors stop in the second step:
   * - not in the first, in which whatever feeds them (consumers, pollers) ends its intake, in no order that a global module, whose
   *   hooks come last, could rely on;
   * - not in the last, in which `@nestjs/mongoose`, `typeorm` and `bullmq` close the connections that actors use to finish;
   * - with the listeners still open, a request that waits for an actor gets its answer, and health checks go on.
   */
  async beforeApplicationShutdown(): Promise<void> {
    this.settle(false); // counts only if the application never started
    await this.system.stop(this.options.stopDeadlineMs);
  }

  private async start<M>(name: string, factory: BehaviorFactory<M>, context: ActorContext<M>): Promise<Behavior<M>> {
    if (!(await this.started)) return () => undefined;
    const behavior = await factory(context);
    if (typeof behavior === 'function' || typeof behavior?.receive === 'function') return behavior;
    throw new NotABehavior(name, behavior);
  }
}
