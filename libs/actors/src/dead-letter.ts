/**
 * Why a message reached nobody. `stopped`: its actor is dead or stops. `mailbox-full`: it had no room. `dropped`: it waited
 * longest in a mailbox that drops its oldest. `failed`: its handler threw. `undeliverable`: a durable message that failed too
 * often, or that could not be decoded.
 */
export type DeadLetterReason = 'stopped' | 'mailbox-full' | 'dropped' | 'failed' | 'undeliverable';

/** A message that reached nobody, or whose handler threw. */
export interface DeadLetter {
  readonly path: string;
  readonly message: unknown;
  readonly reason: DeadLetterReason;
}
