import type { ActorContext, BehaviorObject } from '@abaco/actors';
import type { ActorId, TenantId } from '@abaco/contract';
import type { Logger } from '../logger.js';
import type { MailboxCommand } from './mailbox-protocol.js';
import { OnDemandChildren } from './on-demand-children.js';
import { TenantSupervisor, type TenantMessage } from './tenant-supervisor.js';
import type { MailboxEnvironment } from './mailbox-environment.js';

export type TenantsMessage =
  | { readonly type: 'to-actor'; readonly tenant: TenantId; readonly actor: ActorId; readonly command: MailboxCommand }
  | { readonly type: 'tenant-idle'; readonly tenant: TenantId }
  | { readonly type: 'tenant-active'; readonly tenant: TenantId }
  | { readonly type: 'tenant-stopped'; readonly tenant: TenantId };

/** `/system/tenants`: one supervisor per tenant that has something to do. Nothing one tenant does stops another. */
export class TenantsSupervisor implements BehaviorObject<TenantsMessage> {
  private readonly tenants: OnDemandChildren<TenantsMessage, TenantMessage>;

  constructor(environment: MailboxEnvironment, context: ActorContext<TenantsMessage>) {
    const logger: Logger = environment.services.logger;
    this.tenants = new OnDemandChildren<TenantsMessage, TenantMessage>({
      factory: (name) => (child) => {
        logger.debug({ tenant: name }, 'Tenant supervisor started');
        return new TenantSupervisor(name as TenantId, environment, context.self, child);
      },
      spawnOptions: { supervision: { backoff: { minMs: 100, maxMs: 10_000 } }, stopDeadlineMs: 25_000 },
      stopped: (name) => ({ type: 'tenant-stopped', tenant: name as TenantId }),
      passivate: { type: 'passivate' },
    });
  }

  receive = (message: TenantsMessage, context: ActorContext<TenantsMessage>): void => {
    switch (message.type) {
      case 'to-actor':
        this.tenants.tell(message.tenant, message, context);
        break;
      case 'tenant-idle':
        this.tenants.requestPassivation(message.tenant);
        break;
      case 'tenant-active':
        this.tenants.withdrawPassivation(message.tenant);
        break;
      case 'tenant-stopped':
        this.tenants.onStopped(message.tenant, context);
        break;
      default:
        message satisfies never;
    }
  };
}
