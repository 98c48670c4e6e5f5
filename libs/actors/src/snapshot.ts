/**
 * `starting`: its factory runs. `restarting`: its children stop, then `preRestart` runs. `backing-off`: it waits for its next
 * start. `stopping`: its last handler ends and its children stop, then `postStop` runs.
 */
export type ActorStatus = 'starting' | 'running' | 'restarting' | 'backing-off' | 'stopping';

/** One living actor, as a console shows it. */
export interface ActorSnapshot {
  readonly path: string;
  readonly status: ActorStatus;
  /** Messages in the mailbox; the one that is being handled does not count. */
  readonly waiting: number;
  /** Messages put aside. */
  readonly stashed: number;
  /** Restarts since it was spawned. */
  readonly restarts: number;
  readonly children: number;
}
