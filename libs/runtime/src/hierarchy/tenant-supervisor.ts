import type { ActorContext, BehaviorObject, Ref } from '@abaco/actors';
import type { ActorId, TenantId } from '@abaco/contract';
import { activateMailbox } from './activate-mailbox.js';
import type { MailboxEnvironment } from './mailbox-environment.js';
import type { MailboxCommand, MailboxMessage } from './mailbox-protocol.js';
import { OnDemandChildren } from './on-demand-children.js';
import type { TenantsMessage } from './tenants-supervisor.js';

export type TenantMessage =
  | { readonly type: 'to-actor'; readonly actor: ActorId; readonly command: MailboxCommand }
  | { readonly type: 'mailbox-idle'; readonly actor: ActorId }
  | { readonly type: 'mailbox-active'; readonly actor: ActorId }
  | { readonly type: 'mailbox-stopped'; readonly actor: ActorId }
  | { readonly type: 'passivate' };

/** `/system/tenants/<TENANT>`: one mailbox actor per actor of the tenant that has something to do; idle ones are passivated. */
export class TenantSupervisor implements BehaviorObject<TenantMessage> {
  private readonly mailboxes: OnDemandChildren<TenantMessage, MailboxMessage>;

  constructor(
    private readonly tenant: TenantId,
    environment: MailboxEnvironment,
    private readonly parent: Ref<TenantsMessage>,
    context: ActorContext<TenantMessage>,
  ) {
    this.mailboxes = new OnDemandChildren<TenantMessage, MailboxMessage>({
      factory: (name) => activateMailbox(tenant, name as ActorId, environment, context.self),
      spawnOptions: {
        supervision: { backoff: { minMs: 200, maxMs: 10_000 }, maxRestarts: 20, withinMs: 60_000 },
        mailboxCapacity: 10_000,
        stopDeadlineMs: 20_000,
      },
      stopped: (name) => ({ type: 'mailbox-stopped', actor: name as ActorId }),
      passivate: { type: 'passivate' },
    });
  }

  receive = (message: TenantMessage, context: ActorContext<TenantMessage>): void => {
    switch (message.type) {
      case 'to-actor':
        this.mailboxes.tell(message.actor, message.command, context);
        break;
      case 'mailbox-idle':
        this.mailboxes.requestPassivation(message.actor);
        break;
      case 'mailbox-active':
        this.mailboxes.withdrawPassivation(message.actor);
        break;
      case 'mailbox-stopped':
        this.mailboxes.onStopped(message.actor, context);
        if (this.mailboxes.size === 0) this.parent.tell({ type: 'tenant-idle', tenant: this.tenant });
        break;
      case 'passivate':
        if (this.mailboxes.size === 0) context.stop();
        else this.parent.tell({ type: 'tenant-active', tenant: this.tenant });
        break;
      default:
        message satisfies never;
    }
  };
}
