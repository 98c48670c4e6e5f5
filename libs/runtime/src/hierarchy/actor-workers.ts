import type { ActorContext, Ref } from '@abaco/actors';
import type { ActorRecord } from '@abaco/store';
import type { Backlog } from '../scaling/backlog.js';
import { firstWorkers } from '../scaling/scaling-policy.js';
import { servesQueueOf } from './compute-host.js';
import type { KnownActor } from './known-actor.js';
import type { MailboxEnvironment } from './mailbox-environment.js';
import type { MailboxMessage, PoolState, SeenInStore } from './mailbox-protocol.js';
import { ScalingElsewhere } from './scaling-elsewhere.js';
import type { PoolMessage } from './worker-pool.js';
import { WorkerScaling } from './worker-scaling.js';

/** A worker that asked for a message and got none for so long proves that the queue is empty, milliseconds. */
const QUEUE_EMPTY_AFTER_MS = 1_000;
/** More workers of other hosts are asked for after a look at those there are, this much later at most, milliseconds. */
const LOOK_SOON_MS = 200;

/**
 * Decides how many workers an actor is to have, and tells its pool, or the hosts that serve its queue. Belongs to one mailbox, which
 * tells it what happens.
 */
export class ActorWorkers {
  private readonly here: WorkerScaling;
  /** For actors whose queue is not served here. */
  private readonly elsewhere: ScalingElsewhere;
  private state: PoolState = { starting: 0, idle: 0, taking: 0, busy: 0, stopping: 0 };
  /** Since when at least one worker has been idle without a break, milliseconds of the monotonic clock. */
  private idleSince = Infinity;
  /** Workers of other hosts are asked for here: this process has taken messages in, or an update. */
  private asksOthers = false;
  /** The first worker of a new revision is wanted and has not started yet. */
  private firstIsDue = false;

  /** @param pool those that this process has */
  constructor(
    private readonly actor: KnownActor,
    private readonly environment: Pick<MailboxEnvironment, 'services' | 'commands'>,
    private readonly pool: Ref<PoolMessage>,
    context: Pick<ActorContext<MailboxMessage>, 'schedule'>,
  ) {
    const { services, commands } = environment;
    this.here = new WorkerScaling(services, pool, (ms) => context.schedule(ms, { type: 'tick' }, 'scaling'));
    this.elsewhere = new ScalingElsewhere(services, commands, () =>
      context.schedule(LOOK_SOON_MS, { type: 'look' }, 'look'),
    );
  }

  /** The messages that they are for. */
  get backlog(): Backlog {
    return this.here.backlog;
  }

  /** Some are here, in whatever state. */
  get exist(): boolean {
    const { starting, idle, taking, busy, stopping } = this.state;
    return starting + idle + taking + busy + stopping > 0;
  }

  /** This process has to see to it that there are some. */
  get matterHere(): boolean {
    return this.startHere || this.asksOthers;
  }

  /** Nothing waits for one. */
  get areEnough(): boolean {
    return this.backlog.waiting === 0 && !this.firstIsDue;
  }

  /** One of them may try whether the cause of an ERROR is gone. */
  get canTry(): boolean {
    return this.startHere && !this.actor.isDeleted;
  }

  /** Of an actor that has just been registered. */
  startFirst(): void {
    const { record } = this.actor;
    if (this.startHere) {
      this.here.startFirst(record);
      return;
    }
    this.asksOthers = true;
    this.firstIsDue = firstWorkers(record, this.environment.services.config) > 0;
    this.scale();
  }

  /** A new revision gets its first worker at once, whatever its predecessor was in. */
  startFirstOfRevision(): void {
    this.firstIsDue = true;
  }

  /** From now on workers of other hosts are asked for here, if the actor's queue is theirs. */
  askOthers(): void {
    this.asksOthers = true;
  }

  /** As many as the policy of the actor and its messages want. */
  scale(): void {
    if (this.actor.isDeleted || this.actor.isInError) return;
    const { record } = this.actor;
    if (this.startHere) this.here.scale(record, this.state, this.firstIsDue);
    else if (this.asksOthers) this.elsewhere.scale(record, this.backlog, this.firstIsDue);
  }

  /**
   * Another process wants a worker, and this host has room for it.
   * @param first although no message waits
   * @returns false when none is started here
   */
  addWanted(first: boolean): boolean {
    if (!this.startHere || this.actor.isDeleted || this.actor.isInError) return false;
    if (!first && this.backlog.waiting === 0) this.backlog.add(1, performance.now());
    if (!first || this.actor.record.status === 'SUBMITTED') this.pool.tell({ type: 'one-more' });
    return true;
  }

  /** One, which takes the actor out of ERROR when it has started, or keeps it there. */
  tryOne(): void {
    this.pool.tell({ type: 'scale', target: 1, pressing: true });
  }

  /** The queue of the broker is empty: at least one of them has asked in vain for a while. */
  provesEmptyQueue(now: number): boolean {
    return now - this.idleSince > QUEUE_EMPTY_AFTER_MS;
  }

  onPoolChanged(pool: PoolState): void {
    this.state = pool;
    if (pool.idle > 0) this.firstIsDue = false;
    if (pool.idle === 0) this.idleSince = Infinity;
    else if (this.idleSince === Infinity) this.idleSince = performance.now();
  }

  /** Takes over what the store says of the actor; another process may have updated it. */
  follow(record: ActorRecord): void {
    const change = this.actor.follow(record);
    if (!change) return;
    if (record.status !== 'SUBMITTED') this.firstIsDue = false; // another host may have started it
    if (!change.updated) return;
    this.pool.tell({ type: 'update', actor: record });
    if (!this.startHere) this.stop();
  }

  /** The actor is in ERROR. */
  giveUp(): void {
    this.firstIsDue = false;
    this.stop();
  }

  /** The actor is deleted: running executions end, too. */
  end(): void {
    this.pool.tell({ type: 'stop-all', halt: true });
  }

  private stop(): void {
    this.pool.tell({ type: 'stop-all', halt: false });
  }

  /**
   * What only the store knows, if it matters for the next decision.
   * @param due executions that no queue holds, perhaps
   * @throws StoreUnavailable
   */
  async look(due: number): Promise<Pick<SeenInStore, 'oldestMs' | 'elsewhere'>> {
    const { record } = this.actor;
    if (!this.startHere && this.asksOthers) await this.elsewhere.look(record, { idleCount: due === 0 });
    return this.here.look(record);
  }

  onLooked(seen: SeenInStore): void {
    this.here.seen(seen);
    this.scale();
  }

  private get startHere(): boolean {
    return servesQueueOf(this.environment.services.config, this.actor.record);
  }
}
