/** Why a message reached nobody. */
export type DeadLetterReason = 'stopped' | 'mailbox-full' | 'failed';

/** A message that reached nobody, or whose handler threw. */
export interface DeadLetter {
  readonly path: string;
  readonly message: unknown;
  readonly reason: DeadLetterReason;
}
