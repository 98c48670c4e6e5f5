import type { ActorDbid } from '@abaco/contract';
import type { MailboxName } from '@abaco/mailbox';

/** The durable queue of an actor (contract 1.5). */
export const mailboxName = (actor: ActorDbid): MailboxName => `actor_msg_${actor}`;
