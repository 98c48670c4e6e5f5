import { unpackedRabbitMq4 } from '../../support/rabbitmq.js';
import { describeMailboxConformance } from './mailbox-conformance.js';
import { RABBITMQ_KILL_SAFE_AFTER_MS, rabbitMqHarness } from './mailbox-harness.js';

const directory = process.env.ABACO_TEST_RABBITMQ4;
if (!directory) throw new Error('ABACO_TEST_RABBITMQ4 is not set: run this by `npm run test:rabbit4`');
const installation = unpackedRabbitMq4(directory);

for (const queueType of ['classic', 'quorum'] as const) {
  describeMailboxConformance(
    `RabbitMQ 4 with ${queueType} queues`,
    () => rabbitMqHarness('rabbitmq4', installation, { queueType }),
    {
      countsPurged: true,
      returnsUnroutable: true,
      hasConnections: true,
      killSafeAfterMs: queueType === 'classic' ? RABBITMQ_KILL_SAFE_AFTER_MS : undefined,
    },
  );
}
