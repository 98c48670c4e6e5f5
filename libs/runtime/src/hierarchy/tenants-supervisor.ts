import { OnDemandChildren, type ActorContext, type BehaviorObject } from '@abaco/actors';
import type { ActorId, TenantId } from '@abaco/contract';
import { stopDeadlines } from './stop-deadlines.js';
import type { MailboxCommand } from './mailbox-protocol.js';
import { TenantSupervisor, type TenantMessage } from './tenant-supervisor.js';
import type { MailboxEnvironment } from './mailbox-environment.js';

/** A command on its way to an actor's mailbox. */
export interface TenantsMessage {
  readonly type: 'to-actor';
  readonly tenant: TenantId;
  readonly actor: ActorId;
  readonly command: MailboxCommand;
}

/** `/system/tenants`: one supervisor per tenant that has something to do. Nothing one tenant does stops another. */
export class TenantsSupervisor implements BehaviorObject<TenantsMessage> {
  private readonly tenants: OnDemandChildren<TenantsMessage, TenantMessage>;

  constructor(environment: MailboxEnvironment, context: ActorContext<TenantsMessage>) {
    this.tenants = new OnDemandChildren<TenantsMessage, TenantMessage>(context, {
      factory: (tenant) => (child) => {
        environment.services.logger.debug({ tenant }, 'Tenant supervisor started');
        return new TenantSupervisor(environment, tenant as TenantId, child);
      },
      spawnOptions: {
        supervision: { backoff: { minMs: 100, maxMs: 10_000 } },
        stopDeadlineMs: stopDeadlines(environment.services.config.workers.drain_seconds).tenant,
      },
    });
  }

  receive = ({ tenant, actor, command }: TenantsMessage): void => {
    this.tenants.forward(tenant, { type: 'to-actor', actor, command });
  };
}
