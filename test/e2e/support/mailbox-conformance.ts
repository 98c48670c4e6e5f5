import { describeMailboxAdministration } from './mailbox-conformance-administration.js';
import { describeMailboxDelivery } from './mailbox-conformance-delivery.js';
import { describeMailboxIsolation } from './mailbox-conformance-isolation.js';
import { describeBrokerKill } from './mailbox-conformance-kill.js';
import { describeMailboxLifeCycle } from './mailbox-conformance-life-cycle.js';
import { describeMailboxRecovery } from './mailbox-conformance-recovery.js';
import { describeMailboxScale } from './mailbox-conformance-scale.js';
import { describeMailboxSettlement } from './mailbox-conformance-settlement.js';
import { MailboxBed } from './mailbox-bed.js';
import { type BrokerHarness, type MailboxHarness } from './mailbox-harness.js';

interface CommonTraits {
  /** `purge` tells how many messages it dropped. */
  readonly countsPurged: boolean;
  /** A message for a queue that another client deleted comes back, so that the client declares the queue again. */
  readonly returnsUnroutable: boolean;
}

/** Clients and mailboxes are in different processes: connections are lost, the broker is killed and comes back. */
export interface ConnectedTraits extends CommonTraits {
  readonly hasConnections: true;
  /**
   * How old a mailbox must be so that kill -9 of the one broker leaves it where it is, milliseconds. `undefined`: no age is
   * promised, as for a quorum queue of a single RabbitMQ, whose registry Ra writes now and then (the other nodes of a
   * cluster are what makes up for that).
   */
  readonly killSafeAfterMs: number | undefined;
}

/** Clients and mailboxes are in one process, and end together: there is nothing to recover from. */
export interface ConnectionlessTraits extends CommonTraits {
  readonly hasConnections: false;
}

/** What differs between brokers by their nature, and is tested as such. */
export type BrokerTraits = ConnectedTraits | ConnectionlessTraits;

type Harness<Traits extends BrokerTraits> = Traits extends ConnectedTraits ? BrokerHarness : MailboxHarness;

/** What every adapter of `MailboxBroker` promises, run against what it is an adapter of. */
export function describeMailboxConformance<Traits extends BrokerTraits>(
  name: string,
  makeHarness: () => Promise<Harness<Traits>>,
  traits: Traits,
): void {
  describe(`mailboxes on ${name}`, () => {
    let bed: MailboxBed<Harness<Traits>>;
    let harness: Harness<Traits> | undefined;

    beforeAll(async () => {
      harness = await makeHarness();
      bed = new MailboxBed(harness);
    }, 120_000);

    afterEach(() => bed.close());

    afterAll(() => harness?.stop());

    const current = (): MailboxBed<MailboxHarness> => bed;
    describeMailboxDelivery(current);
    describeMailboxSettlement(current);
    describeMailboxIsolation(current);
    describeMailboxAdministration(current, traits);
    describeMailboxLifeCycle(current);
    describeMailboxScale(current);
    if (!traits.hasConnections) return;
    const connected = (): MailboxBed => bed as MailboxBed;
    describeMailboxRecovery(connected);
    if (traits.killSafeAfterMs !== undefined) describeBrokerKill(connected, traits.killSafeAfterMs);
  });
}
