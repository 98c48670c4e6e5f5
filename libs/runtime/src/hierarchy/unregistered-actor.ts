import type { ActorContext, BehaviorObject } from '@abaco/actors';
import { actorDbid, type ActorId, type TenantId } from '@abaco/contract';
import type { ActorRecord } from '@abaco/store';
import { ActorNotFound } from '../errors.js';
import { MailboxActor } from './mailbox-actor.js';
import type { MailboxEnvironment } from './mailbox-environment.js';
import type { MailboxMessage } from './mailbox-protocol.js';
import { retireMailbox } from './retired-mailboxes.js';

/**
 * Stands at the place of an actor that is not registered: registers it, ends what executions it has left, and refuses
 * everything else.
 */
export class UnregisteredActor implements BehaviorObject<MailboxMessage> {
  constructor(
    private readonly tenant: TenantId,
    private readonly actor: ActorId,
    private readonly environment: MailboxEnvironment,
  ) {}

  receive = async (
    message: MailboxMessage,
    context: ActorContext<MailboxMessage>,
  ): Promise<BehaviorObject<MailboxMessage> | undefined> => {
    if (message.type === 'register') {
      try {
        await this.environment.services.quotas.register(message.record);
      } catch (error) {
        message.replyTo.fail(error as Error);
        context.passivate();
        return undefined;
      }
      message.replyTo.reply(message.record);
      this.count(message.record);
      const mailbox = new MailboxActor(message.record, this.environment, context);
      mailbox.startFirstWorkers();
      return mailbox;
    }
    if (message.type === 'wake') await this.endLeftovers(context);
    if ('replyTo' in message) {
      if (message.type === 'send' && message.message.content.kind === 'binary') message.message.content.body.resume();
      message.replyTo.fail(new ActorNotFound(this.actor));
    }
    context.passivate();
    return undefined;
  };

  /** Executions of an actor that is gone: accepted while another host deleted it, or on a host that died meanwhile. */
  private async endLeftovers({ signal }: ActorContext<MailboxMessage>): Promise<void> {
    const { services } = this.environment;
    const { store, logger } = services;
    const actor = actorDbid(this.tenant, this.actor);
    try {
      await retireMailbox(services, actor); // the start of a host may have offered them again, which made it anew
      const ended = await store.executions.waiting.abandonUnclaimed(actor, 'The actor was deleted.');
      if (ended > 0) logger.info({ actor, executions: ended }, 'Ended what was left of a deleted actor');
    } catch (error) {
      // the next health check tries it again
      if (!signal.aborted) logger.warn({ actor, err: error }, 'What is left of a deleted actor could not be ended');
    }
  }

  /** A count that fails is no reason to refuse an actor that is stored. */
  private count({ tenant, create_time }: ActorRecord): void {
    const { store, logger } = this.environment.services;
    store.statistics.countActor(tenant, create_time).catch((error: unknown) => {
      logger.warn({ tenant, err: error }, 'A registration is missing in the statistics');
    });
  }
}
