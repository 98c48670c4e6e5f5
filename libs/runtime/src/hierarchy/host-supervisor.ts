import type { ActorContext, BehaviorObject, Ref } from '@abaco/actors';
import { tenantConfig } from '@abaco/config';
import type { TenantId, WorkerId } from '@abaco/contract';
import type { RuntimeServices } from '../runtime-services.js';
import type { HostHold } from './host-hold.js';
import type { HostMessage, Placement } from './host-protocol.js';
import { hostPlaces } from './host-places.js';
import { HostRoom } from './host-room.js';
import type { WantingActor, WorkerCommands } from './worker-commands.js';
import type { PoolMessage } from './worker-pool.js';

/** How long this host's registration lasts without a heartbeat, milliseconds. */
export const HOST_LEASE_MS = 15_000;

/** The worker of a command that was taken asks for its place within this time, milliseconds, or its place is given away. */
const EXPECTED_WITHIN_MS = 1_000;

/**
 * `/system/host`: this compute host. Shares its room out to workers, asks for some back when it is held unevenly, and keeps the
 * host's lease. The registration itself was made before the hierarchy was started (`registerHost`).
 */
export class HostSupervisor implements BehaviorObject<HostMessage> {
  private readonly room: HostRoom<Ref<PoolMessage>>;
  /** A pool that was asked for a place and has not given one yet. One at a time: each place changes who is to give the next. */
  private asked = false;
  private readonly withoutIdle = new Set<Ref<PoolMessage>>();
  /** Pools that were asked for the place of a message that runs, since a place was last given back. */
  private readonly askedBusy = new Set<Ref<PoolMessage>>();
  private elsewhere: ReadonlyMap<TenantId, number> = new Map();
  private held = true;
  /** There are other hosts, which may have room. */
  private others = false;
  /** Whose workers wait for a place. */
  private readonly unplaced = new Map<WorkerId, WantingActor>();
  /** For each command that was taken: until when its worker is expected to ask for a place. Milliseconds, monotonic clock. */
  private expected: number[] = [];
  /** When the store last said that the lease is held, milliseconds of the monotonic clock. */
  private heldAt = performance.now();

  constructor(
    private readonly services: RuntimeServices,
    private readonly incarnation: string,
    private readonly hold: HostHold,
    private readonly commands: WorkerCommands,
    private readonly context: ActorContext<HostMessage>,
  ) {
    this.room = new HostRoom(hostPlaces(services.config), (tenant) => this.limitOf(tenant));
    context.scheduleEvery(HOST_LEASE_MS / 3, { type: 'heartbeat' });
    context.self.tell({ type: 'heartbeat' });
  }

  receive = (message: HostMessage): void => {
    switch (message.type) {
      case 'reserve':
        this.reserve(message);
        break;
      case 'press':
        this.room.press(message.pool);
        this.share();
        break;
      case 'has-room':
        message.replyTo.reply(this.canStart && this.room.freeFor(message.tenant) > 0);
        break;
      case 'place':
        message.replyTo.reply(this.place(message.tenant));
        break;
      case 'release':
        this.unplaced.delete(message.worker);
        this.room.release(message.worker);
        this.askedBusy.clear();
        this.shareAnew();
        break;
      case 'nothing-to-give':
        this.withoutIdle.add(message.pool);
        this.asked = false;
        this.share();
        break;
      case 'state':
        message.replyTo.reply({ leaseHeld: this.held && performance.now() - this.heldAt < HOST_LEASE_MS });
        break;
      case 'heartbeat':
        this.heartbeat();
        break;
      case 'heartbeat-done':
        this.onHeartbeat(message);
        break;
      default:
        message satisfies never;
    }
  };

  private reserve({ worker, tenant, actor, pool, pressing, replyTo }: Extract<HostMessage, { type: 'reserve' }>): void {
    this.expected.shift();
    this.unplaced.set(worker, actor);
    const grant = (): void => {
      this.unplaced.delete(worker);
      replyTo.reply();
    };
    this.room.request({ worker, tenant, pool, pressing, grant });
    this.share();
    // it goes on waiting here: whoever is first gives it a place
    if (this.others && this.unplaced.has(worker)) this.commands.start(actor, { only: false });
  }

  private get canStart(): boolean {
    return this.held && this.hold.holds(performance.now());
  }

  private place(tenant: TenantId): Placement {
    const now = performance.now();
    this.expected = this.expected.filter((until) => until > now);
    if (!this.canStart) return 'none';
    const free = this.room.freeFor(tenant) > this.expected.length;
    if (!free && !this.room.owes(tenant)) return 'none';
    this.expected.push(now + EXPECTED_WITHIN_MS);
    return free ? 'room' : 'share';
  }

  private onHeartbeat({
    held,
    anew,
    asked,
    elsewhere,
    others,
  }: Extract<HostMessage, { type: 'heartbeat-done' }>): void {
    const { hostId: host, logger } = this.services;
    if (this.held && !held) {
      logger.error(
        { host },
        'Another process has taken over this host id: no further workers are started here. Give each host its own spawner.host_id.',
      );
    }
    if (anew) {
      logger.warn({ host }, 'This host was taken for dead: its workers end, and new ones are started');
      for (const [worker, pool] of this.room.workers) pool.tell({ type: 'stop', worker });
    }
    this.held = held;
    if (asked !== undefined) this.heldAt = performance.now();
    this.elsewhere = elsewhere;
    this.others = others;
    if (held && asked !== undefined) {
      if (anew) this.hold.begunAnew(asked);
      else this.hold.renewed(asked);
    }
    this.shareAnew(); // who was asked may be long in giving, or gone: another one may be quicker
    if (others) this.askOthersAgain();
  }

  private askOthersAgain(): void {
    const actors = new Map([...this.unplaced.values()].map((actor) => [actor._id, actor]));
    for (const actor of actors.values()) if (!this.commands.start(actor, { only: false })) return;
  }

  private shareAnew(): void {
    this.asked = false;
    this.withoutIdle.clear();
    this.share();
  }

  private share(): void {
    this.giveOut();
    const { telemetry, config } = this.services;
    telemetry.placesTaken?.(this.room.taken, config.spawner.max_workers_per_host);
  }

  private giveOut(): void {
    if (!this.canStart) return;
    this.room.grant();
    if (this.asked) return;
    const donor = this.room.donor(this.withoutIdle, this.askedBusy);
    if (!donor) return;
    if (donor.idleMs === undefined) this.askedBusy.add(donor.pool);
    this.asked = true;
    donor.pool.tell({ type: 'give-back', idleMs: donor.idleMs });
  }

  private limitOf(tenant: TenantId): number {
    const { workers: quota } = tenantConfig(this.services.config, tenant);
    return quota < 0 ? Infinity : quota - (this.elsewhere.get(tenant) ?? 0);
  }

  private heartbeat(): void {
    const asked = performance.now();
    const work = Promise.all([this.renewLease(), this.countElsewhere(), this.services.store.hosts.countLiving()]);
    this.context.pipeToSelf(work, (outcome) => {
      if (!outcome.ok) {
        // a store that does not answer says nothing about who holds the lease, and what is elsewhere
        const { held, elsewhere, others } = this;
        return { type: 'heartbeat-done', held, anew: false, asked: undefined, elsewhere, others };
      }
      const [lease, elsewhere, living] = outcome.value;
      const [held, anew] = [lease !== 'lost', lease === 'anew'];
      return { type: 'heartbeat-done', held, anew, asked, elsewhere, others: living > (held ? 1 : 0) };
    });
  }

  /** Only for quotas. */
  private async countElsewhere(): Promise<ReadonlyMap<TenantId, number>> {
    const { config, store, hostId } = this.services;
    const limited = [config.quotas, ...Object.values(config.tenants)].some(({ workers = -1 }) => workers >= 0);
    return limited ? store.workers.countElsewhere(hostId) : new Map();
  }

  /** After a long pause another host may have reaped this one; it comes back unless the id has been taken. */
  private async renewLease(): Promise<'renewed' | 'anew' | 'lost'> {
    const { store, hostId, config } = this.services;
    if (await store.hosts.heartbeat(hostId, this.incarnation, HOST_LEASE_MS)) return 'renewed';
    const registered = await store.hosts.register(hostId, config.spawner.host_ip, this.incarnation, HOST_LEASE_MS);
    return registered ? 'anew' : 'lost';
  }
}
