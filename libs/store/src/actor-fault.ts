/**
 * What put an actor in ERROR: its image could not be fetched (`image-…`, the classes of `PullFailure`), the engine refused what its
 * workers need (`engine`), or its containers could not be started again and again (`containers`).
 */
export const faultCauses = [
  'image-not-found',
  'image-denied',
  'image-rate-limit',
  'image-network',
  'image-disk-full',
  'image-platform',
  'image-other',
  'engine',
  'containers',
] as const;

export type FaultCause = (typeof faultCauses)[number];

/** Why an actor is in ERROR, and whether that is looked at again. */
export interface ActorFault {
  readonly cause: FaultCause;
  /** How often a worker was tried since the actor went to ERROR. */
  readonly tries: number;
  /** When the next worker is tried; null: only its owner can mend it. */
  readonly retry_at: Date | null;
}
