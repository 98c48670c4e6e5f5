import { OnDemandChildren, type ActorContext, type BehaviorObject } from '@abaco/actors';
import type { ActorId, TenantId } from '@abaco/contract';
import { activateMailbox } from './activate-mailbox.js';
import type { MailboxEnvironment } from './mailbox-environment.js';
import { stopDeadlines } from './stop-deadlines.js';
import type { MailboxCommand, MailboxMessage } from './mailbox-protocol.js';

export type TenantMessage =
  | { readonly type: 'to-actor'; readonly actor: ActorId; readonly command: MailboxCommand }
  /** The last mailbox has stopped. */
  | { readonly type: 'empty' };

/** `/system/tenants/<TENANT>`: one mailbox actor per actor of the tenant that has something to do. */
export class TenantSupervisor implements BehaviorObject<TenantMessage> {
  private readonly mailboxes: OnDemandChildren<TenantMessage, MailboxMessage>;

  constructor(
    environment: MailboxEnvironment,
    tenant: TenantId,
    private readonly context: ActorContext<TenantMessage>,
  ) {
    this.mailboxes = new OnDemandChildren<TenantMessage, MailboxMessage>(context, {
      factory: (actor) => activateMailbox(environment, tenant, actor as ActorId),
      spawnOptions: {
        supervision: { backoff: { minMs: 200, maxMs: 10_000 }, maxRestarts: 20, withinMs: 60_000 },
        mailboxCapacity: 10_000,
        stopDeadlineMs: stopDeadlines(environment.services.config.workers.drain_seconds).mailbox,
      },
      whenEmpty: { type: 'empty' },
    });
  }

  receive = (message: TenantMessage): void => {
    switch (message.type) {
      case 'to-actor':
        this.mailboxes.forward(message.actor, message.command);
        break;
      case 'empty':
        // If messages wait, one of them starts a mailbox, which will leave this supervisor empty again.
        if (this.mailboxes.size === 0) this.context.passivate();
        break;
      default:
        message satisfies never;
    }
  };
}
