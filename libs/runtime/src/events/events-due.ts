import type { ActorDbid, ExecutionDbid } from '@abaco/contract';

/** An actor, or one of its executions, has events without deliveries. */
export interface EventsDue {
  readonly actor: ActorDbid;
  readonly execution?: ExecutionDbid;
}
