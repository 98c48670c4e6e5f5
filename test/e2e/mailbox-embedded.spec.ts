import { describeMailboxConformance } from './support/mailbox-conformance.js';
import { embeddedHarness } from './support/mailbox-harness.js';

describeMailboxConformance('the embedded broker', embeddedHarness, {
  countsPurged: true,
  returnsUnroutable: true,
  hasConnections: true,
  killSafeAfterMs: 0,
});
