import type { Connection, Delivery, EventContext, Receiver, Sender, Session } from 'rhea';
import { ConsumerLink } from './consumer-link.js';
import type { LinkEnd } from './link-end.js';
import { ManagementRequests, ManagementResponses } from './management-links.js';
import type { ManagementNode } from './management-node.js';
import { PublisherLink, toAnyQueue, toQueue, type Route } from './publisher-link.js';
import { parseQueueAddress } from './queue-address.js';
import type { QueueRegistry } from './queue-registry.js';
import { keepRawMessages } from './raw-transfers.js';
import { wireConnection, wireReceiver, wireSender, type WireConnection } from './rhea-internals.js';
import { SessionGate } from './session-gate.js';

const MANAGEMENT = '/management';

/** Bytes received and not yet durable above which a connection is not read from. */
const MAX_PENDING_BYTES = 32 * 1024 * 1024;

/** One client's connection: attaches links to queues and brings rhea's events to the right one. */
export class ClientConnection {
  private readonly ends = new Map<Sender | Receiver, LinkEnd>();
  private readonly gates = new Map<Session, SessionGate>();
  private readonly responses = new Map<Session, Map<string, ManagementResponses>>();
  private pendingBytes = 0;

  constructor(
    private readonly connection: Connection,
    private readonly queues: QueueRegistry,
    private readonly management: ManagementNode,
    onGone: () => void,
  ) {
    keepRawMessages(wireConnection(connection));
    this.listen();
    const { socket } = wireConnection(connection);
    socket.on('drain', () => this.gates.forEach((gate) => gate.recheck()));
    socket.once('close', () => {
      this.lost();
      stopTimers(wireConnection(connection));
      onGone();
    });
  }

  /** Asks the client to go; its socket is cut when it has not gone after `graceMs`. Resolves when it is closed. */
  close(graceMs: number): Promise<void> {
    const { socket } = wireConnection(this.connection);
    if (socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const cut = setTimeout(() => socket.destroy(), graceMs);
      socket.once('close', () => {
        clearTimeout(cut);
        resolve();
      });
      this.connection.close({ condition: 'amqp:connection:forced', description: 'the broker is shutting down' });
    });
  }

  private listen(): void {
    const { connection } = this;
    const on = (events: string[], listener: (context: EventContext) => void) => {
      for (const event of events) connection.on(event, listener);
    };
    on(['session_open'], ({ session }) => this.gates.set(session!, new SessionGate(session!)));
    on(['sender_open'], ({ sender }) => this.attachSender(sender!));
    on(['receiver_open'], ({ receiver }) => this.attachReceiver(receiver!));
    on(['message'], ({ receiver, message, delivery }) =>
      this.ends.get(receiver!)?.message?.(message as unknown as Buffer, delivery!),
    );
    on(['sender_flow'], ({ sender }) => this.ends.get(sender!)?.flow?.());
    on(['sendable'], ({ session }) => this.gates.get(session!)?.recheck());
    on(['settled', 'accepted', 'rejected', 'released', 'modified'], ({ sender, delivery }) =>
      this.outcome(sender, delivery),
    );
    on(['sender_close'], ({ sender }) => this.detached(sender!));
    on(['receiver_close'], ({ receiver }) => this.detached(receiver!));
    on(['session_close'], ({ session }) => this.sessionEnded(session!));
    on(['connection_close', 'disconnected'], () => this.lost());
    // What rhea cannot make sense of ends the connection; the client sees that and connects again.
    on(['error', 'protocol_error'], () => wireConnection(connection).socket.destroy());
  }

  private attachSender(sender: Sender): void {
    const address = sender.source?.address as string | undefined;
    const gate = this.gates.get(sender.session)!;
    echoTermini(sender);
    if (address === MANAGEMENT) return this.attachResponses(sender);
    const name = parseQueueAddress(address);
    const queue = name === undefined ? undefined : this.queues.get(name);
    if (!queue) return refuse(sender, address);
    this.ends.set(sender, new ConsumerLink(sender, gate, queue));
  }

  private attachReceiver(receiver: Receiver): void {
    const address = (receiver.target?.address ?? undefined) as string | undefined;
    echoTermini(receiver);
    if (address === MANAGEMENT) {
      const pair = () => this.responses.get(receiver.session)?.get(wireReceiver(receiver).remote.attach.name);
      this.ends.set(receiver, new ManagementRequests(receiver, this.management, pair));
      return;
    }
    const route = this.routeTo(address);
    if (!route) return refuse(receiver, address);
    this.ends.set(receiver, new PublisherLink(receiver, route, (bytes) => this.countPending(bytes)));
  }

  private routeTo(address: string | undefined): Route | undefined {
    const find = (name: string) => this.queues.get(name);
    if (address === undefined) return toAnyQueue(find);
    const name = parseQueueAddress(address);
    return name !== undefined && find(name) ? toQueue(find, name) : undefined;
  }

  private attachResponses(sender: Sender): void {
    const pairs = this.responses.get(sender.session) ?? new Map<string, ManagementResponses>();
    this.responses.set(sender.session, pairs);
    const name = sender.name.slice('sender '.length);
    const end = new ManagementResponses(sender, () => pairs.delete(name));
    pairs.set(name, end);
    this.ends.set(sender, end);
  }

  private outcome(sender: Sender | undefined, delivery: Delivery | undefined): void {
    if (sender && delivery) this.ends.get(sender)?.outcome?.(delivery);
  }

  private detached(link: Sender | Receiver): void {
    const end = this.ends.get(link);
    this.ends.delete(link);
    end?.gone();
  }

  private sessionEnded(session: Session): void {
    for (const link of [...this.ends.keys()]) if (link.session === session) this.detached(link);
    this.gates.delete(session);
    this.responses.delete(session);
  }

  private lost(): void {
    for (const link of [...this.ends.keys()]) this.detached(link);
    this.gates.clear();
    this.responses.clear();
  }

  /** Stops reading from a client that publishes faster than the disk takes it. */
  private countPending(bytes: number): void {
    const { socket } = wireConnection(this.connection);
    const before = this.pendingBytes;
    this.pendingBytes += bytes;
    if (before <= MAX_PENDING_BYTES && this.pendingBytes > MAX_PENDING_BYTES) socket.pause();
    if (before > MAX_PENDING_BYTES && this.pendingBytes <= MAX_PENDING_BYTES) socket.resume();
  }
}

/** rhea leaves its heartbeat timers running, or starts them again, when a socket closes in any but the usual way. */
function stopTimers(connection: WireConnection): void {
  connection.socket_ready = false;
  clearTimeout(connection.heartbeat_in);
  clearTimeout(connection.heartbeat_out);
}

/** An attach is answered with the termini that were asked for (AMQP 1.0 §2.6.3). */
function echoTermini(link: Sender | Receiver): void {
  const { source, target } = link;
  if (source) link.set_source({ address: source.address, durable: source.durable, timeout: source.timeout });
  if (target) link.set_target({ address: target.address, durable: target.durable, timeout: target.timeout });
}

/** Refuses a link: attached without the terminus, then detached with the reason (§2.6.3). The session goes on. */
function refuse(link: Sender | Receiver, address: string | undefined): void {
  const wire = link.is_sender() ? wireSender(link as Sender) : wireReceiver(link as Receiver);
  const terminus = link.is_sender() ? 'source' : 'target';
  Object.assign(wire.local.attach, { [terminus]: undefined });
  link.close({ condition: 'amqp:not-found', description: `no queue at address '${String(address)}'` });
}
