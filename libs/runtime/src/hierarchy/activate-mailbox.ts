import type { BehaviorFactory } from '@abaco/actors';
import { actorDbid, type ActorId, type TenantId } from '@abaco/contract';
import { MailboxActor } from './mailbox-actor.js';
import type { MailboxEnvironment } from './mailbox-environment.js';
import type { MailboxMessage } from './mailbox-protocol.js';
import { UnregisteredActor } from './unregistered-actor.js';

/** Starts the mailbox of a registered actor, or what stands in its place until it is registered. */
export function activateMailbox(
  environment: MailboxEnvironment,
  tenant: TenantId,
  actor: ActorId,
): BehaviorFactory<MailboxMessage> {
  return async (context) => {
    const record = await environment.services.store.actors.find(actorDbid(tenant, actor));
    return record ? new MailboxActor(record, environment, context) : new UnregisteredActor(tenant, actor, environment);
  };
}
