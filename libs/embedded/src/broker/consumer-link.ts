import type { Delivery, Sender } from 'rhea';
import { withFailures } from './delivery-count.js';
import type { LinkEnd } from './link-end.js';
import type { MessageQueue, Outcome, QueueConsumer } from './message-queue.js';
import type { Position } from './queue-store.js';
import { type RemoteOutcome, type WireDelivery, type WireSender, wireDelivery, wireSender } from './rhea-internals.js';
import type { SessionGate } from './session-gate.js';
import { reportWriteFailure } from './write-failure.js';

const SETTLED = 1;

/** A link on which a client receives messages of a queue. */
export class ConsumerLink implements LinkEnd, QueueConsumer {
  private readonly wire: WireSender;
  private readonly unsettled = new Map<Delivery, Position>();
  private readonly presettled: boolean;
  /** Link credit as delivery numbers: up to `limit` may be sent. rhea counts only what it has written. */
  private limit = 0;
  private sent = 0;
  private drainRequested = false;
  private attached = false;
  private closed = false;
  private readonly wake = () => this.serve();

  constructor(
    private readonly sender: Sender,
    private readonly gate: SessionGate,
    private readonly queue: MessageQueue,
  ) {
    this.wire = wireSender(sender);
    this.presettled = this.wire.remote.attach.snd_settle_mode === SETTLED;
    if (this.presettled) this.wire.local.attach.snd_settle_mode = SETTLED;
    this.wire._get_drain = () => this.giveUpCredit();
    queue.subscribe(this);
    // rhea answers the attach at the end of this turn, and would write messages before that answer.
    process.nextTick(() => {
      this.attached = true;
      this.serve();
    });
  }

  ready(): boolean {
    if (!this.attached || this.closed || this.sent >= this.limit) return false;
    if (this.gate.open) return true;
    this.gate.whenOpen(this.wake);
    return false;
  }

  deliver(position: Position, raw: Buffer, failures: number): void {
    const delivery = this.sender.send(failures === 0 ? raw : withFailures(raw, failures), undefined, 0);
    this.sent++;
    this.gate.sent(raw.length);
    if (this.presettled) this.queue.settle(this, position, 'accepted').catch(reportWriteFailure);
    else this.unsettled.set(delivery, position);
  }

  flow(): void {
    this.limit = this.wire.delivery_count + this.wire.credit;
    this.drainRequested = this.wire._draining;
    this.serve();
  }

  outcome(delivery: Delivery): void {
    const position = this.unsettled.get(delivery);
    if (position === undefined) return;
    const wire = wireDelivery(delivery);
    const outcome = outcomeOf(wire.remote_state, wire.remote_settled);
    if (!outcome) return;
    this.unsettled.delete(delivery);
    if (wire.remote_settled) this.gate.settled(wire);
    this.queue.settle(this, position, outcome).then(() => this.confirm(delivery, wire), reportWriteFailure);
  }

  queueDeleted(): void {
    this.closed = true;
    this.forgetDeliveries();
    this.sender.close({ condition: 'amqp:resource-deleted', description: `queue '${this.queue.name}' was deleted` });
  }

  gone(): void {
    this.closed = true;
    this.forgetDeliveries();
    this.queue.unsubscribe(this);
  }

  private serve(): void {
    if (!this.attached || this.closed) return;
    this.queue.pump();
    if (this.drainRequested && !this.blocked()) {
      this.wire.issue_flow = true;
      this.wire.connection._register();
    }
  }

  /** Whether messages that the credit allows wait for nothing but the session. */
  private blocked(): boolean {
    return this.sent < this.limit && this.queue.messageCount > 0;
  }

  /** Called when rhea writes a flow frame: credit is given up once everything sent is written (AMQP 1.0 §2.6.7). */
  private giveUpCredit(): boolean {
    if (!this.drainRequested || this.blocked()) return false;
    if (this.gate.hasUnwritten(this.sender)) {
      this.gate.whenOpen(this.wake);
      return false;
    }
    this.wire.delivery_count += this.wire.credit;
    this.wire.credit = 0;
    this.sent = this.limit = this.wire.delivery_count;
    this.drainRequested = this.wire._draining = false;
    return true;
  }

  /** Settles a delivery for a receiver that waits for it (`rcv-settle-mode` second, §2.6.12). */
  private confirm(delivery: Delivery, wire: WireDelivery): void {
    if (wire.remote_settled) return;
    delivery.update(true, wire.remote_state?.described());
    this.gate.settled(wire);
  }

  /** rhea would count unsettled deliveries of a link that is gone against its session for ever. */
  private forgetDeliveries(): void {
    this.gate.abandon(this.sender, [...this.unsettled.keys()].map(wireDelivery));
    this.unsettled.clear();
  }
}

function outcomeOf(state: RemoteOutcome | undefined, settled: boolean): Outcome | undefined {
  switch (state?.constructor.composite_type) {
    case 'accepted':
      return 'accepted';
    case 'rejected':
      return 'rejected';
    case 'released':
      return 'released';
    case 'modified':
      // As in RabbitMQ 4: undeliverable here means dead-lettered, and so dropped.
      if (state?.undeliverable_here) return 'rejected';
      return state?.delivery_failed ? 'failed' : 'released';
    default:
      // No outcome, or not a final one: settled like that, the message was not processed.
      return settled ? 'released' : undefined;
  }
}
