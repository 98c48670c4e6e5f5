/** How the workers of an actor follow its messages. What is null is as the tenant says; `max_workers` is a field of the actor itself. */
export interface ScalingSettings {
  /** Workers that stay although nothing waits; 0 to 100,000. */
  readonly min_workers: number | null;
  /** Messages, waiting and running, for each of which one worker is enough; 1 to 1,000,000. */
  readonly messages_per_worker: number | null;
  /** Seconds that the oldest message waits before there are more workers than one; 0 to 86,400. */
  readonly scale_up_age: number | null;
  /** Workers that are added at a time; -1: as many as are wanted. */
  readonly scale_up_step: number | null;
  /** Seconds between two additions; 0 to 86,400. */
  readonly scale_up_cooldown: number | null;
  /** Seconds that an idle worker lives; -1: for ever. */
  readonly worker_ttl: number | null;
}
