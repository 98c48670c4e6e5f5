import type { ActorRecord } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import type { Backlog } from '../scaling/backlog.js';
import { decideWorkers, NEVER_GROWN, type ScalingState } from '../scaling/scaling-decision.js';
import { scalingPolicyOf } from '../scaling/scaling-policy.js';
import type { WorkerCommands } from './worker-commands.js';
import { WorkersElsewhere } from './workers-elsewhere.js';

/**
 * Asks the hosts of an actor's queue for workers, as policy and messages want it. Belongs to one mailbox, whose process may not run
 * them itself.
 */
export class ScalingElsewhere {
  private readonly workers = new WorkersElsewhere();
  private state: ScalingState = NEVER_GROWN;
  /** What is known of the workers has been read since the last decision. */
  private looked = false;

  /** @param lookSoon asks for a look at the store and the next decision */
  constructor(
    private readonly services: Pick<RuntimeServices, 'config' | 'store' | 'hostId'>,
    private readonly commands: WorkerCommands,
    private readonly lookSoon: () => void,
  ) {}

  /** The first worker is asked for at once; whether more are missing is known after a look at what there is. */
  scale(actor: ActorRecord, backlog: Backlog, firstWorkerDue: boolean): void {
    const now = performance.now();
    const { waiting } = backlog;
    if (waiting === 0 && !firstWorkerDue) {
      this.looked = false; // what was seen will be old when a message comes
      return;
    }
    const only = this.workers.isEmpty(now);
    if (!only && !this.looked) {
      this.lookSoon();
      return;
    }
    this.looked = false;
    const pool = this.workers.state;
    const demand = { now, waiting, oldestMs: backlog.oldestMs(now), pool, elsewhere: 0 };
    const { target, grownAt } = decideWorkers(scalingPolicyOf(actor, this.services.config), demand, this.state);
    const missing = this.workers.missing(Math.max(target, 1), now);
    for (let worker = 0; worker < missing; worker++) {
      const command = { only: only && worker === 0, first: waiting === 0 };
      if (!this.commands.start(actor, command)) return;
      this.workers.ask(now);
      this.state = { grownAt };
    }
  }

  /** @param idleCount false: messages have been waiting so long that idle workers cannot be alive. @throws StoreUnavailable */
  async look(actor: ActorRecord, options: { readonly idleCount: boolean }): Promise<void> {
    const { store, hostId } = this.services;
    this.workers.learn(await store.workers.list(actor._id), hostId, actor.revision, options);
    this.looked = true;
  }
}
