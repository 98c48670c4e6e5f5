import type { Ref, ReplyTo } from '@abaco/actors';
import type { TenantId, WorkerId } from '@abaco/contract';
import type { PoolMessage } from './worker-pool.js';

/** What a host says of itself. */
export interface HostState {
  /** Its lease is held and was renewed in time. */
  readonly leaseHeld: boolean;
}

export type HostMessage =
  /** Answered when there is room for the worker. {@link HostRoom} says who is next. */
  | {
      readonly type: 'reserve';
      readonly worker: WorkerId;
      readonly tenant: TenantId;
      /** Asked to `give-back` when others need room more. */
      readonly pool: Ref<PoolMessage>;
      /** Somebody waits for the worker: others may have to give a place back. */
      readonly pressing: boolean;
      readonly replyTo: ReplyTo<void>;
    }
  /** What the pool has requested is pressing from now on. */
  | { readonly type: 'press'; readonly pool: Ref<PoolMessage> }
  /** The pool has no worker that could give its room back. */
  | { readonly type: 'nothing-to-give'; readonly pool: Ref<PoolMessage> }
  /** Gives the room back, or withdraws the request. Idempotent. */
  | { readonly type: 'release'; readonly worker: WorkerId }
  | { readonly type: 'state'; readonly replyTo: ReplyTo<HostState> }
  | { readonly type: 'heartbeat' }
  | {
      readonly type: 'heartbeat-done';
      readonly held: boolean;
      /** The store has said so, just now. */
      readonly isKnown: boolean;
      /** Workers of tenants on other hosts. */
      readonly elsewhere: ReadonlyMap<TenantId, number>;
    };
