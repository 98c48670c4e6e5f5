import type { ReplyTo } from '@abaco/actors';
import type { WorkerId } from '@abaco/contract';

export type HostMessage =
  /** Answered when the host has room; requests are served in order. */
  | { readonly type: 'reserve'; readonly worker: WorkerId; readonly replyTo: ReplyTo<void> }
  /** Gives the room back, or withdraws the request. Idempotent. */
  | { readonly type: 'release'; readonly worker: WorkerId }
  | { readonly type: 'heartbeat' }
  | { readonly type: 'heartbeat-done'; readonly held: boolean };
