import type { BehaviorFactory, Ref } from '@abaco/actors';
import { actorDbid, type ActorId, type TenantId } from '@abaco/contract';
import { MailboxActor } from './mailbox-actor.js';
import type { MailboxEnvironment } from './mailbox-environment.js';
import type { MailboxMessage } from './mailbox-protocol.js';
import type { TenantMessage } from './tenant-supervisor.js';
import { UnregisteredActor } from './unregistered-actor.js';

/** Starts the mailbox of a registered actor, or what stands in its place until it is registered. */
export function activateMailbox(
  tenant: TenantId,
  actor: ActorId,
  environment: MailboxEnvironment,
  parent: Ref<TenantMessage>,
): BehaviorFactory<MailboxMessage> {
  return async (context) => {
    const record = await environment.services.store.actors.find(actorDbid(tenant, actor));
    if (!record) return new UnregisteredActor(actor, environment, parent);
    return new MailboxActor(record, environment, parent, context);
  };
}
