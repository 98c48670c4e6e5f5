import type { ActorContext, BehaviorObject, ReplyTo } from '@abaco/actors';
import type { WorkerId } from '@abaco/contract';
import type { RuntimeServices } from '../runtime-services.js';
import type { HostMessage } from './host-protocol.js';

/** How long this host's registration lasts without a heartbeat, milliseconds. */
export const HOST_LEASE_MS = 15_000;

/**
 * `/system/host`: this compute host. Hands out its room to workers in the order of their requests, and keeps the host's lease.
 * The registration itself was made before the hierarchy was started (`registerHost`).
 */
export class HostSupervisor implements BehaviorObject<HostMessage> {
  private readonly reserved = new Set<WorkerId>();
  private readonly queue: { worker: WorkerId; replyTo: ReplyTo<void> }[] = [];
  private held = true;

  constructor(
    private readonly services: RuntimeServices,
    private readonly incarnation: string,
    private readonly context: ActorContext<HostMessage>,
  ) {
    context.scheduleEvery(HOST_LEASE_MS / 3, { type: 'heartbeat' });
  }

  receive = (message: HostMessage): void => {
    switch (message.type) {
      case 'reserve':
        this.queue.push({ worker: message.worker, replyTo: message.replyTo });
        this.grant();
        break;
      case 'release': {
        this.reserved.delete(message.worker);
        const waiting = this.queue.findIndex((request) => request.worker === message.worker);
        if (waiting >= 0) this.queue.splice(waiting, 1);
        this.grant();
        break;
      }
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
        this.grant();
        break;
      default:
        message satisfies never;
    }
  };

  private grant(): void {
    if (!this.held) return;
    while (this.queue.length > 0 && this.reserved.size < this.services.config.spawner.max_workers_per_host) {
      const next = this.queue.shift();
      if (!next) return;
      this.reserved.add(next.worker);
      next.replyTo.reply();
    }
  }

  private heartbeat(): void {
    this.context.pipeToSelf(this.renewLease(), (outcome) => ({
      type: 'heartbeat-done',
      // a store that does not answer says nothing about who holds the lease
      held: outcome.ok ? outcome.value : this.held,
    }));
  }

  /** After a long pause another host may have reaped this one; it comes back unless the id has been taken. */
  private async renewLease(): Promise<boolean> {
    const { store, hostId, config } = this.services;
    if (await store.hosts.heartbeat(hostId, this.incarnation, HOST_LEASE_MS)) return true;
    return store.hosts.register(hostId, config.spawner.host_ip, this.incarnation, HOST_LEASE_MS);
  }
}
