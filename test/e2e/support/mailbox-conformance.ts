import { describeMailboxAdministration } from './mailbox-conformance-administration.js';
import { describeMailboxDelivery } from './mailbox-conformance-delivery.js';
import { describeBrokerKill } from './mailbox-conformance-kill.js';
import { describeMailboxRecovery } from './mailbox-conformance-recovery.js';
import { describeMailboxScale } from './mailbox-conformance-scale.js';
import { MailboxBed } from './mailbox-bed.js';
import { type BrokerHarness } from './mailbox-harness.js';

/** What differs between brokers by their nature, and is tested as such. */
export interface BrokerTraits {
  /** `purge` tells how many messages it dropped. */
  readonly countsPurged: boolean;
  /** A message for a queue that another client deleted comes back, so that the client declares the queue again. */
  readonly returnsUnroutable: boolean;
  /**
   * A mailbox outlives kill -9 of the one broker from the moment of its first `accepted`. A quorum queue of a single
   * RabbitMQ does not in its first seconds: Ra writes its registry of queues now and then (the other nodes of a cluster
   * are what makes up for that).
   */
  readonly survivesKillAtOnce: boolean;
}

/** What every adapter of `MailboxBroker` promises, run against a real broker. */
export function describeMailboxConformance(
  name: string,
  makeHarness: () => Promise<BrokerHarness>,
  traits: BrokerTraits,
): void {
  describe(`mailboxes on ${name}`, () => {
    let bed: MailboxBed;
    let harness: BrokerHarness | undefined;

    beforeAll(async () => {
      harness = await makeHarness();
      bed = new MailboxBed(harness);
    }, 120_000);

    afterEach(() => bed.close());

    afterAll(() => harness?.stop());

    const current = (): MailboxBed => bed;
    describeMailboxDelivery(current);
    describeMailboxAdministration(current, traits);
    describeMailboxScale(current);
    describeMailboxRecovery(current);
    if (traits.survivesKillAtOnce) describeBrokerKill(current);
  });
}
