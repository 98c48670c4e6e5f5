export { BrokerUnavailable, PublishRefused } from './errors.js';
export type {
  BrokerState,
  Delivery,
  MailboxBroker,
  MailboxConsumer,
  MailboxMessage,
  MailboxName,
} from './mailbox-broker.js';
