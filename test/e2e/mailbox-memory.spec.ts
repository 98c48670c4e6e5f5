import { describeMailboxConformance } from './support/mailbox-conformance.js';
import { memoryHarness } from './support/mailbox-harness.js';

describeMailboxConformance('memory', memoryHarness, {
  countsPurged: true,
  returnsUnroutable: true,
  hasConnections: false,
});
