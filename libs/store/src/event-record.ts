import type { ActorDbid, HostId, TenantId } from '@abaco/contract';

export type EventType = 'ACTOR_READY' | 'ACTOR_ERROR' | 'EXECUTION_COMPLETE';

/** Something that happened to an actor or to one of its executions, for those who asked to hear of it (contract 2.14). */
export interface EventRecord {
  /** Unique in the whole instance; the same for every target and every attempt. */
  readonly _id: string;
  readonly type: EventType;
  readonly tenant: TenantId;
  /** The actor whose event it is. */
  readonly actor_id: ActorDbid;
  readonly time: Date;
  /** The actor that hears of it; `""`: none. */
  readonly link: ActorDbid | '';
  /** The URL that hears of it; `""`: none. */
  readonly webhook: string;
  /** Whose events led to this one, in order, the actor itself last: none of them hears of it again. */
  readonly path: readonly ActorDbid[];
  readonly api_server: string;
  /** JSON source of what targets get. */
  readonly payload: string;
}

export type EventTarget = 'link' | 'webhook';

/** The way of one event to one of its targets, and what became of it. */
export interface DeliveryRecord {
  /** Event and target. */
  readonly _id: string;
  readonly event: EventRecord;
  readonly target: EventTarget;
  /** Deliveries of one lane happen one after another, by the time of their creation. */
  readonly lane: string;
  readonly status: 'WAITING' | 'DELIVERED' | 'FAILED';
  readonly attempts: number;
  readonly last_error: string | null;
  /** Database time. */
  readonly created: Date;
  readonly delivered_time: Date | null;
  /** When the record of a delivery that is over is forgotten. */
  readonly expires: Date | null;
}

/** Deliveries that wait: those of one actor to one kind of target. There is no record when nothing waits. */
export interface LaneRecord {
  readonly _id: string;
  readonly target: EventTarget;
  /** Another one after each delivery that is added. */
  readonly version: string;
  /** Before this nobody tries, database time. */
  readonly next_try: Date;
  /** Who delivers; null: nobody. */
  readonly holder: string | null;
  readonly host_id: HostId | null;
  readonly lease_expires: Date | null;
}
