import type { Socket } from 'node:net';
import type { Connection, Delivery, Receiver, Sender, Session } from 'rhea';

/**
 * What the broker needs of rhea 3.0 beyond its type declarations. rhea is a client library first: as a broker it throws
 * raw messages away, mixes up links of one name and hides flow frames, which is put right on these objects.
 */

/** `attach` performative (AMQP 1.0 §2.7.3). */
export interface AttachFrame {
  performative: { name: string; role: boolean };
}

/** `disposition` performative (§2.7.6). */
export interface DispositionFrame {
  performative: { role: boolean };
}

/** `flow` performative (§2.7.4). */
export interface FlowFrame {
  performative: { handle?: number; delivery_count?: number; echo?: boolean };
}

/** `transfer` performative (§2.7.5). */
export interface TransferFrame {
  channel: number;
  performative: { handle: number; message_format?: number; aborted?: boolean };
}

export interface WireDelivery extends Omit<Delivery, 'settled' | 'remote_settled' | 'remote_state'> {
  settled: boolean;
  remote_settled: boolean;
  remote_state?: RemoteOutcome;
}

/** A terminal or intermediate delivery state (§3.4) as rhea decodes it. */
export interface RemoteOutcome {
  readonly delivery_failed?: boolean;
  readonly undeliverable_here?: boolean;
  readonly constructor: { readonly composite_type?: string };
  described(): unknown;
}

interface WireLink {
  readonly connection: WireConnection;
  readonly name: string;
  readonly state: { readonly remote_open: boolean };
  local: { attach: { name: string; snd_settle_mode?: number; max_message_size?: number } };
  remote: { attach: { name: string; snd_settle_mode?: number; initial_delivery_count?: number } };
  issue_flow: boolean;
  credit: number;
  delivery_count: number;
  close(): void;
  remove(): void;
  _process(): void;
}

export type WireSender = WireLink & { _draining: boolean; _get_drain(): boolean };
export type WireReceiver = WireLink & { _incomplete?: { settled: boolean } };

/** The unsettled deliveries that a session has sent. */
export interface WireDeliveries {
  /** How many more there may be. */
  available(): number;
  push(delivery: WireDelivery): void;
  by_id(id: number): WireDelivery | undefined;
  remove(delivery: WireDelivery): void;
  /** Removes from the front while it is done with them. */
  pop_if(done: (delivery: WireDelivery) => boolean): void;
}

export interface WireSession {
  readonly connection: WireConnection;
  readonly links: Record<string, (WireSender | WireReceiver) | undefined>;
  readonly remote: { handles: Record<number, (WireSender | WireReceiver) | undefined> };
  readonly incoming: { next_transfer_id: number };
  readonly outgoing: {
    readonly next_delivery_id: number;
    readonly next_pending_delivery: number;
    deliveries: WireDeliveries;
    transfer_window(): number;
    process(): void;
  };
  on_attach(frame: AttachFrame): void;
  on_disposition(frame: DispositionFrame): void;
  on_flow(frame: FlowFrame): void;
  _write_flow(): void;
}

export interface WireConnection {
  readonly socket: Socket;
  socket_ready: boolean;
  readonly heartbeat_in?: NodeJS.Timeout;
  readonly heartbeat_out?: NodeJS.Timeout;
  readonly remote_channel_map: Record<number, WireSession | undefined>;
  on_transfer(frame: TransferFrame): void;
  _register(): void;
}

export const wireConnection = (connection: Connection) => connection as unknown as WireConnection;
export const wireSession = (session: Session) => session as unknown as WireSession;
export const wireSender = (sender: Sender) => sender as unknown as WireSender;
export const wireReceiver = (receiver: Receiver) => receiver as unknown as WireReceiver;
export const wireDelivery = (delivery: Delivery) => delivery as unknown as WireDelivery;
