import type { BehaviorObject } from '@abaco/actors';
import { ServiceUnavailable } from '@abaco/contract';
import type { HostMessage } from './host-protocol.js';

/** `/system/host` of a process that is no compute host: there is no room. Mailboxes know that and ask for none. */
export class NoHost implements BehaviorObject<HostMessage> {
  receive = (message: HostMessage): void => {
    if (message.type === 'place') message.replyTo.reply('none');
    if (message.type === 'state') message.replyTo.reply({ leaseHeld: true }); // it needs none
    if (message.type === 'has-room') message.replyTo.reply(false);
    if (message.type === 'reserve') {
      message.replyTo.fail(new ServiceUnavailable('This process has not the role "compute": it runs no workers.'));
    }
  };
}
