import { checkChoice, checkRange } from './option-checks.js';
import { checkSupervision, type SupervisionStrategy } from './supervision.js';

/** What happens to a message for which a mailbox has no room: the message itself, or the oldest that waits, is dropped. */
export type Overflow = 'reject' | 'drop-oldest';

export interface SpawnOptions {
  /** How failures of this actor are handled. Default: restart with backoff 100 ms to 10 s. */
  readonly supervision?: SupervisionStrategy;
  /** Most messages that may wait, from 1. Default 100,000. `Ref.offer` waits for room where `tell` would be refused. */
  readonly mailboxCapacity?: number;
  /**
   * `reject` (default): the newest message becomes a dead letter, an ask fails with `MailboxFull`. `drop-oldest`: that happens to
   * the oldest one instead; timers and piped outcomes of the actor itself are not dropped.
   */
  readonly overflow?: Overflow;
  /** Most messages that may be put aside with `context.stash`, from 0. Default 1,000. */
  readonly stashCapacity?: number;
  /**
   * How long the last handler, the children and `postStop` may take when the actor stops, milliseconds from 0. Default 10,000.
   * Then the subtree counts as stopped: a handler that still runs is not interrupted, and `postStop` follows when it returns.
   */
  readonly stopDeadlineMs?: number;
}

/** Options that the library itself gives to an actor. */
export interface CellOptions extends SpawnOptions {
  /** Runs once, after `postStop`, also when the factory never made a behavior; the stop waits for it. Must not reject. */
  readonly afterStop?: () => Promise<void>;
}

/** @throws RangeError that names the option and its range. */
export function checkSpawnOptions(options: SpawnOptions): void {
  const { mailboxCapacity, overflow, stashCapacity, stopDeadlineMs, supervision } = options;
  checkRange('mailboxCapacity', mailboxCapacity, 1);
  checkChoice('overflow', overflow, ['reject', 'drop-oldest'] satisfies Overflow[]);
  checkRange('stashCapacity', stashCapacity, 0);
  checkRange('stopDeadlineMs', stopDeadlineMs, 0);
  if (supervision) checkSupervision(supervision);
}
