import { describeMailboxConformance } from './support/mailbox-conformance.js';
import { rabbitMqHarness } from './support/mailbox-harness.js';

describeMailboxConformance('RabbitMQ 3', () => rabbitMqHarness('rabbitmq3'), {
  countsPurged: false,
  returnsUnroutable: false,
  hasConnections: true,
  survivesKillAtOnce: true,
});
