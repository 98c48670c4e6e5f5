import { describeMailboxConformance } from './support/mailbox-conformance.js';
import { RABBITMQ_KILL_SAFE_AFTER_MS, rabbitMqHarness } from './support/mailbox-harness.js';

describeMailboxConformance('RabbitMQ 3', () => rabbitMqHarness('rabbitmq3'), {
  countsPurged: false,
  returnsUnroutable: false,
  hasConnections: true,
  killSafeAfterMs: RABBITMQ_KILL_SAFE_AFTER_MS,
});
