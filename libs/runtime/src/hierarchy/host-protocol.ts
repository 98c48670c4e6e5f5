import type { Ref, ReplyTo } from '@abaco/actors';
import type { TenantId, WorkerId } from '@abaco/contract';
import type { WantingActor } from './worker-commands.js';
import type { PoolMessage } from './worker-pool.js';

/** What a host says of itself. */
export interface HostState {
  /** Its lease is held and was renewed in time. */
  readonly leaseHeld: boolean;
}

/** `room`: there is a free place. `share`: others have to make room for the tenant, which has less than its share. */
export type Placement = 'room' | 'share' | 'none';

export type HostMessage =
  /** Answered when there is room for the worker. {@link HostRoom} says who is next. */
  | {
      readonly type: 'reserve';
      readonly worker: WorkerId;
      readonly tenant: TenantId;
      readonly actor: WantingActor;
      /** Asked to `give-back` when others need room more. */
      readonly pool: Ref<PoolMessage>;
      /** Somebody waits for the worker: others may have to give a place back. */
      readonly pressing: boolean;
      readonly replyTo: ReplyTo<void>;
    }
  /** What the pool has requested is pressing from now on. */
  | { readonly type: 'press'; readonly pool: Ref<PoolMessage> }
  /** Whether a place is free for a worker of the tenant that is to come here anyhow. */
  | { readonly type: 'has-room'; readonly tenant: TenantId; readonly replyTo: ReplyTo<boolean> }
  /** Whether a further worker of the tenant may come here now. It is expected then. */
  | { readonly type: 'place'; readonly tenant: TenantId; readonly replyTo: ReplyTo<Placement> }
  /** The pool has no worker that could give its room back. */
  | { readonly type: 'nothing-to-give'; readonly pool: Ref<PoolMessage> }
  /** Gives the room back, or withdraws the request. Idempotent. */
  | { readonly type: 'release'; readonly worker: WorkerId }
  | { readonly type: 'state'; readonly replyTo: ReplyTo<HostState> }
  | { readonly type: 'heartbeat' }
  | {
      readonly type: 'heartbeat-done';
      readonly held: boolean;
      /** The lease had been lost meanwhile: others may have taken the slots of workers here. */
      readonly anew: boolean;
      /** When the heartbeat began, milliseconds of the monotonic clock; undefined: the store does not answer. */
      readonly asked: number | undefined;
      /** Workers of tenants on other hosts. */
      readonly elsewhere: ReadonlyMap<TenantId, number>;
      /** Whether there are other hosts. */
      readonly others: boolean;
    };
