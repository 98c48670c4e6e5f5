export { type QueueType } from './address-v2.js';
export { createMailboxBroker, type BrokerFlavor, type MailboxBrokerOptions } from './create-mailbox-broker.js';
export {
  BrokerUnavailable,
  InvalidMailboxMessage,
  InvalidMailboxName,
  MailboxInUse,
  PublishRefused,
} from './errors.js';
export { InMemoryMailboxBroker } from './in-memory-mailbox-broker.js';
export { InMemoryMailboxes } from './in-memory-mailboxes.js';
export type {
  BrokerState,
  DeleteOptions,
  Delivery,
  MailboxBroker,
  MailboxConsumer,
  MailboxMessage,
  MailboxName,
} from './mailbox-broker.js';
export { type MailboxLogger } from './mailbox-logger.js';
export { assertMailboxName } from './mailbox-name.js';
