import type { Ref } from '@abaco/actors';
import type { ActorDbid } from '@abaco/contract';
import type { ActorRecord } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import { Backlog } from '../scaling/backlog.js';
import { decideWorkers, NEVER_GROWN, type ScalingState } from '../scaling/scaling-decision.js';
import { firstWorkers, scalingPolicyOf } from '../scaling/scaling-policy.js';
import type { PoolState, SeenInStore } from './mailbox-protocol.js';
import type { PoolMessage } from './worker-pool.js';

/** Two decisions are at least so far apart when nothing has happened between them, milliseconds. */
const MIN_LOOK_MS = 100;

/** Asks an actor's pool for workers, as policy and messages want it. Belongs to one mailbox. */
export class WorkerScaling {
  readonly backlog = new Backlog();
  private state: ScalingState = NEVER_GROWN;
  /** Workers on other hosts, when they matter. */
  private elsewhere = 0;

  /** @param lookIn asks for the next decision after so many milliseconds */
  constructor(
    private readonly services: RuntimeServices,
    private readonly pool: Ref<PoolMessage>,
    private readonly lookIn: (ms: number) => void,
  ) {}

  /** Those of a fresh actor, so that a broken image is noticed before the first message. */
  startFirst(actor: ActorRecord): void {
    const target = firstWorkers(actor, this.services.config);
    if (target > 0) this.pool.tell({ type: 'scale', target, pressing: true });
  }

  /** @param firstWorkerDue one worker is wanted although no message waits */
  scale(actor: ActorRecord, { starting, idle, taking, busy }: PoolState, firstWorkerDue: boolean): void {
    const policy = scalingPolicyOf(actor, this.services.config);
    const now = performance.now();
    const { waiting } = this.backlog;
    const pool = { starting, idle: idle + taking, busy }; // or a message that is being taken would be one that waits, and one that runs
    const demand = { now, waiting, oldestMs: this.backlog.oldestMs(now), pool, elsewhere: this.elsewhere };
    const { target, lookInMs, grownAt } = decideWorkers(policy, demand, this.state);
    this.state = { grownAt };
    const pressing = waiting > 0 || firstWorkerDue;
    const wanted = Math.max(target, firstWorkerDue ? 1 : 0);
    if (wanted > 0) {
      // while nothing waits all hosts together start no more than are kept warm
      this.pool.tell({ type: 'scale', target: wanted, pressing, ...(!pressing && { slots: policy.minWorkers }) });
    }
    if (lookInMs < Infinity) this.lookIn(Math.max(lookInMs, MIN_LOOK_MS));
  }

  /** What only the store knows, if the policy of the actor needs it. */
  async look(actor: ActorRecord): Promise<Pick<SeenInStore, 'oldestMs' | 'elsewhere'>> {
    const { scaleUpAgeMs, minWorkers } = scalingPolicyOf(actor, this.services.config);
    return {
      ...(scaleUpAgeMs > 0 && { oldestMs: await this.oldestMs(actor._id) }),
      ...(minWorkers > 0 && { elsewhere: await this.countElsewhere(actor._id) }),
    };
  }

  seen({ waiting, due, oldestMs, elsewhere }: SeenInStore): void {
    this.backlog.correct({ waiting: Math.max(waiting, due), oldestMs }, performance.now());
    this.elsewhere = elsewhere ?? this.elsewhere;
  }

  private async oldestMs(actor: ActorDbid): Promise<number> {
    const oldest = await this.services.store.executions.figures.oldestSubmitted(actor);
    return oldest ? Math.max(0, Date.now() - oldest.getTime()) : 0;
  }

  private async countElsewhere(actor: ActorDbid): Promise<number> {
    const { store, hostId } = this.services;
    return (await store.workers.list(actor)).filter(({ host_id }) => host_id !== hostId).length;
  }
}
