import { AbacoError, ServiceUnavailable } from '@abaco/contract';

/** The broker does not answer. Whether the message was stored is unknown; publishing it again does no harm. */
export class BrokerUnavailable extends ServiceUnavailable {}

/** The broker refused the message (for example because the mailbox is full). It is not stored. */
export class PublishRefused extends AbacoError {
  readonly kind = 'unavailable';
  constructor(
    readonly mailbox: string,
    reason: string,
  ) {
    super(`The broker refused a message for mailbox ${mailbox}: ${reason}.`);
  }
}
