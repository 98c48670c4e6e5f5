import type { ActorContext, BehaviorObject, Ref } from '@abaco/actors';
import { tenantConfig } from '@abaco/config';
import type { TenantId } from '@abaco/contract';
import type { RuntimeServices } from '../runtime-services.js';
import type { HostMessage } from './host-protocol.js';
import { HostRoom } from './host-room.js';
import type { PoolMessage } from './worker-pool.js';

/** How long this host's registration lasts without a heartbeat, milliseconds. */
export const HOST_LEASE_MS = 15_000;

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
  /** When the store last said that the lease is held, milliseconds of the monotonic clock. */
  private heldAt = performance.now();

  constructor(
    private readonly services: RuntimeServices,
    private readonly incarnation: string,
    private readonly context: ActorContext<HostMessage>,
  ) {
    this.room = new HostRoom(services.config.spawner.max_workers_per_host, (tenant) => this.limitOf(tenant));
    context.scheduleEvery(HOST_LEASE_MS / 3, { type: 'heartbeat' });
  }

  receive = (message: HostMessage): void => {
    switch (message.type) {
      case 'reserve': {
        const { worker, tenant, pool, pressing, replyTo } = message;
        this.room.request({ worker, tenant, pool, pressing, grant: () => replyTo.reply() });
        this.share();
        break;
      }
      case 'press':
        this.room.press(message.pool);
        this.share();
        break;
      case 'release':
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
        if (this.held && !message.held) {
          this.services.logger.error(
            { host: this.services.hostId },
            'Another process has taken over this host id: no further workers are started here. Give each host its own spawner.host_id.',
          );
        }
        this.held = message.held;
        if (message.isKnown) this.heldAt = performance.now();
        this.elsewhere = message.elsewhere;
        this.shareAnew(); // who was asked may be long in giving, or gone: another one may be quicker
        break;
      default:
        message satisfies never;
    }
  };

  private shareAnew(): void {
    this.asked = false;
    this.withoutIdle.clear();
    this.share();
  }

  private share(): void {
    if (!this.held) return;
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
    this.context.pipeToSelf(Promise.all([this.renewLease(), this.countElsewhere()]), (outcome) => {
      // a store that does not answer says nothing about who holds the lease, and what is elsewhere
      const [held, elsewhere] = outcome.ok ? outcome.value : [this.held, this.elsewhere];
      return { type: 'heartbeat-done', held, isKnown: outcome.ok, elsewhere };
    });
  }

  /** Only for quotas. */
  private async countElsewhere(): Promise<ReadonlyMap<TenantId, number>> {
    const { config, store, hostId } = this.services;
    const limited = [config.quotas, ...Object.values(config.tenants)].some(({ workers = -1 }) => workers >= 0);
    return limited ? store.workers.countElsewhere(hostId) : new Map();
  }

  /** After a long pause another host may have reaped this one; it comes back unless the id has been taken. */
  private async renewLease(): Promise<boolean> {
    const { store, hostId, config } = this.services;
    if (await store.hosts.heartbeat(hostId, this.incarnation, HOST_LEASE_MS)) return true;
    return store.hosts.register(hostId, config.spawner.host_ip, this.incarnation, HOST_LEASE_MS);
  }
}
