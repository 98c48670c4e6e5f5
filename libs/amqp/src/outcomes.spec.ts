import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import fc from 'fast-check';
import rhea, { type Connection, type Delivery, type EventContext, type Receiver, type Sender } from 'rhea';
import { keepOutcomesApart } from './outcomes.js';

const OUTCOMES = ['accepted', 'released', 'rejected', 'modified'] as const;
type Outcome = (typeof OUTCOMES)[number];

/** Without Nagle's algorithm; rhea's typings leave that out. */
const AT_ONCE = { host: '127.0.0.1', tcp_no_delay: true };

/** What rhea's typings leave out. */
interface Told {
  readonly remote_state: { readonly constructor: { readonly composite_type: Outcome } };
}

const settle: Record<Outcome, (delivery: Delivery) => void> = {
  accepted: (delivery) => delivery.accept(),
  released: (delivery) => delivery.release(),
  rejected: (delivery) => delivery.reject({ condition: 'amqp:internal-error', description: 'no' }),
  modified: (delivery) => delivery.modified({ delivery_failed: true, undeliverable_here: false }),
};

/** Both ends of a connection over which the one sends and the other says what became of it. */
class Pair {
  private readonly container = rhea.create_container();
  private server!: Server;
  private client!: Connection;
  private sender!: Sender;
  private receiver!: Receiver;

  async open(corrected: boolean): Promise<void> {
    this.server = this.container.listen({ ...AT_ONCE, port: 0 });
    const attached = once(this.container, 'sender_open') as Promise<[EventContext]>;
    await once(this.server, 'listening');
    const { port } = this.server.address() as AddressInfo;
    this.client = rhea.create_container().connect({ ...AT_ONCE, port, reconnect: false });
    const session = this.client.create_session();
    if (corrected) keepOutcomesApart(session);
    session.begin();
    this.receiver = session.open_receiver({ source: 'here', autoaccept: false, credit_window: 0 });
    this.sender = (await attached)[0].sender!;
  }

  /** Sends one message for each, has all of them settled in one turn, in the order of `turns`. @returns what the sender learns */
  async told(outcomes: readonly Outcome[], turns: readonly number[]): Promise<Outcome[]> {
    const deliveries: Delivery[] = [];
    const learnt = new Map<Delivery, Outcome>();
    const settled = new Promise<void>((resolve) => {
      const listener = ({ delivery }: EventContext): void => {
        learnt.set(delivery!, (delivery as unknown as Told).remote_state.constructor.composite_type);
        if (learnt.size < outcomes.length) return;
        this.sender.removeListener('settled', listener);
        resolve();
      };
      this.sender.on('settled', listener);
    });
    const came = new Promise<void>((resolve) => {
      const listener = ({ delivery }: EventContext): void => {
        deliveries.push(delivery!);
        if (deliveries.length < outcomes.length) return;
        this.receiver.removeListener('message', listener);
        resolve();
      };
      this.receiver.on('message', listener);
    });
    this.receiver.add_credit(outcomes.length);
    if (!this.sender.sendable()) await once(this.sender, 'sendable');
    const sent = outcomes.map((_, n) => this.sender.send({ body: n }));
    await came;
    for (const n of turns) settle[outcomes[n]!](deliveries[n]!);
    await settled;
    return sent.map((delivery) => learnt.get(delivery)!);
  }

  async close(): Promise<void> {
    const closed = once(this.client, 'connection_close');
    this.client.close();
    await closed;
    this.server.close();
    await once(this.server, 'close');
  }
}

describe('Outcomes that are settled in one turn', () => {
  let pair: Pair;

  beforeEach(() => (pair = new Pair()));
  afterEach(() => pair.close());

  it('reach the sender as they are, in whatever order they are settled', async () => {
    await pair.open(true);
    const plan = fc
      .array(fc.constantFrom(...OUTCOMES), { minLength: 1, maxLength: 12 })
      .chain((outcomes) =>
        fc.tuple(fc.constant(outcomes), fc.shuffledSubarray([...outcomes.keys()], { minLength: outcomes.length })),
      );
    await fc.assert(
      fc.asyncProperty(plan, async ([outcomes, turns]) => {
        expect(await pair.told(outcomes, turns)).toEqual(outcomes);
      }),
      { numRuns: 200 },
    );
  });

  it('are mixed up by rhea alone: when this fails, the correction is no longer needed', async () => {
    await pair.open(false);
    expect(await pair.told(['accepted', 'released'], [0, 1])).toEqual(['accepted', 'accepted']);
  });
});
