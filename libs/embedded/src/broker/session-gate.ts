import type { Sender, Session } from 'rhea';
import { keepOutcomesApart } from '@abaco/amqp';
import { DeliveryTable } from './delivery-table.js';
import {
  type AttachFrame,
  type DispositionFrame,
  type FlowFrame,
  type WireDelivery,
  type WireSession,
  wireSession,
} from './rhea-internals.js';

/** Bytes that may wait in the socket before sending pauses. */
const HIGH_WATER = 4 * 1024 * 1024;

/** Deliveries of one session that may be unsettled at a time: as many as rhea's ring holds. */
const MAX_UNSETTLED = 2048;

/**
 * Says when messages may be sent on a session, and puts rhea's sessions right for a broker. Sending is held back while
 * 2,048 deliveries of the session are unsettled or the peer's incoming window is full (a delivery that cannot be
 * written at once would block the whole session), or while the peer does not read.
 */
export class SessionGate {
  private readonly session: WireSession;
  private waiting = new Set<() => void>();
  private bytesThisTurn = 0;

  constructor(session: Session) {
    this.session = wireSession(session);
    keepOutcomesApart(session);
    this.session.outgoing.deliveries = new DeliveryTable(MAX_UNSETTLED);
    const onAttach = this.session.on_attach.bind(this.session);
    const onDisposition = this.session.on_disposition.bind(this.session);
    const onFlow = this.session.on_flow.bind(this.session);
    this.session.on_attach = (frame) => this.attach(frame, onAttach);
    this.session.on_disposition = (frame) => this.disposition(frame, onDisposition);
    this.session.on_flow = (frame) => this.flow(frame, onFlow);
  }

  /** Whether one more message can be written at once. */
  get open(): boolean {
    const { outgoing, connection } = this.session;
    const unwritten = outgoing.next_delivery_id - outgoing.next_pending_delivery;
    return (
      outgoing.deliveries.available() > 0 &&
      outgoing.transfer_window() - unwritten > 0 &&
      connection.socket.writableLength + this.bytesThisTurn < HIGH_WATER
    );
  }

  /** Calls `listener` once, when the gate may have opened. */
  whenOpen(listener: () => void): void {
    this.waiting.add(listener);
  }

  /** Something changed that may have opened the gate. */
  recheck(): void {
    if (this.waiting.size === 0) return;
    const listeners = this.waiting;
    this.waiting = new Set();
    for (const listener of listeners) listener();
  }

  /** Counts bytes given to rhea, which writes them at the end of this turn. */
  sent(bytes: number): void {
    if (this.bytesThisTurn === 0) {
      process.nextTick(() => {
        this.bytesThisTurn = 0;
        this.recheck();
      });
    }
    this.bytesThisTurn += bytes;
  }

  /** Whether a delivery of this link is not yet, or only partly, written. */
  hasUnwritten(sender: Sender): boolean {
    const { outgoing } = this.session;
    for (let id = outgoing.next_pending_delivery; id < outgoing.next_delivery_id; id++) {
      if (outgoing.deliveries.by_id(id)?.link === sender) return true;
    }
    return false;
  }

  /** A delivery that is settled, in whatever order, makes room for another. */
  settled(delivery: WireDelivery): void {
    delivery.settled = delivery.remote_settled = true;
    this.session.outgoing.deliveries.remove(delivery);
  }

  /**
   * Deliveries of a link that is gone make room for others. One that is only partly written cannot be taken back, nor go
   * on without its link: then the session ends.
   */
  abandon(sender: Sender, deliveries: Iterable<WireDelivery>): void {
    const unwritten = this.hasUnwritten(sender);
    // rhea writes at the end of this turn what it can write, and settled deliveries leave by themselves then.
    for (const delivery of deliveries) {
      if (unwritten) delivery.settled = delivery.remote_settled = true;
      else this.settled(delivery);
    }
    if (!unwritten) return;
    process.nextTick(() => {
      if (this.hasUnwritten(sender)) {
        sender.session.close({ condition: 'amqp:session:window-violation', description: 'detached within a message' });
      }
    });
  }

  /**
   * rhea knows the links of a session by name alone, but the two links of a pair share one name (as AMQP 1.0 §2.6.1
   * allows for links of opposite direction). So they are told apart by direction here; the wire carries the true name.
   */
  private attach(frame: AttachFrame, proceed: (frame: AttachFrame) => void): void {
    const { name, role } = frame.performative;
    const key = (role ? 'sender ' : 'receiver ') + name;
    this.finishDetach(key);
    frame.performative.name = key;
    proceed(frame);
    const link = this.session.links[key];
    if (!link) return;
    link.local.attach.name = name;
    link.remote.attach.name = name;
  }

  /** A link may be attached again before rhea, some ticks later, has forgotten the one just detached. */
  private finishDetach(key: string): void {
    const link = this.session.links[key];
    if (!link || link.state.remote_open) return;
    link.close();
    link._process();
    link.remove();
  }

  /**
   * rhea tells outcomes at the end of a turn, but flows and detaches at once. Told in the order of the frames, a message
   * that is released before credit is issued is the next to be delivered.
   */
  private disposition(frame: DispositionFrame, proceed: (frame: DispositionFrame) => void): void {
    proceed(frame);
    this.session.outgoing.process();
    this.recheck();
  }

  private flow(frame: FlowFrame, proceed: (frame: FlowFrame) => void): void {
    const { performative } = frame;
    // A receiver that has not seen the attach may leave it out; ours begin at 0 (§2.7.4).
    if (typeof performative.handle === 'number') performative.delivery_count ??= 0;
    proceed(frame);
    if (performative.echo) this.answerFlow(performative.handle);
    this.recheck();
  }

  private answerFlow(handle: number | undefined): void {
    const link = handle === undefined ? undefined : this.session.remote.handles[handle];
    if (link) link.issue_flow = true;
    else this.session._write_flow();
    this.session.connection._register();
  }
}
