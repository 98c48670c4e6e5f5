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

/** The name is not one that every broker accepts. Nothing was sent; choose another name. */
export class InvalidMailboxName extends AbacoError {
  readonly kind = 'invalid';
  constructor(readonly mailbox: string) {
    super(`Invalid mailbox name ${JSON.stringify(mailbox)}: use 1 to 200 of the characters A-Z a-z 0-9 . _ -`);
  }
}

/** The message cannot travel on every broker: its id or its body is too long or malformed. Nothing was sent. */
export class InvalidMailboxMessage extends AbacoError {
  readonly kind = 'invalid';
  constructor(reason: string) {
    super(`Invalid mailbox message: ${reason}.`);
  }
}

/**
 * The mailbox could not be deleted because consumers of other processes are attached to it (RabbitMQ 3.x only, where
 * deleting a consumed queue breaks the consumers' connections). Its waiting messages are purged. Close the consumers,
 * then delete again.
 */
export class MailboxInUse extends AbacoError {
  readonly kind = 'conflict';
  constructor(readonly mailbox: string) {
    super(`Mailbox ${mailbox} was purged but not deleted: consumers of another process are attached to it.`);
  }
}
