import { checkMailbox, type DurableTarget } from './durable-sender.js';
import type { SpawnOptions } from './spawn-options.js';
import type { Backoff } from './supervision.js';

/** Attempts that a message gets unless `maxAttempts` says otherwise. */
export const DEFAULT_MAX_ATTEMPTS = 5;

/**
 * Supervision decides what becomes of the actor when its handler has thrown; `maxAttempts` and `retry` what becomes of the
 * message. An actor whose supervision stops it (`stop`, or `maxRestarts` exhausted) gives back what it had not handled.
 */
export interface DurableOptions<D> extends SpawnOptions, DurableTarget<D> {
  /**
   * Messages taken from the broker at a time, waiting for their retry or put aside included; a whole number from 1, default 1.
   * With 1 the order of the mailbox is kept, over retries, too; with more, a message that is retried is overtaken by others. An
   * actor that stashes durable messages until another durable message comes needs more than 1.
   */
  readonly credit?: number;
  /**
   * How often a message is tried before it goes to the dead letters: a whole number from 1, or `Infinity`. Default 5. The count
   * is kept in this process and for this delivery alone, because not all brokers count: a stop or a lost connection begins anew,
   * and a message that ends the process is never given up.
   */
  readonly maxAttempts?: number;
  /**
   * How long to wait before the next attempt at a message, and before the broker is tried again when it cannot be reached.
   * Default: 100 ms, doubled up to 10 s, less up to 20 % jitter.
   */
  readonly retry?: Pick<Backoff, 'minMs' | 'maxMs' | 'jitter'>;
  /**
   * Where messages go that failed `maxAttempts` times or cannot be decoded, as they are, with their id, so that they can be sent
   * again. Default: `mailbox` with `.dead` appended. Nobody empties it.
   */
  readonly deadLetterMailbox?: string;
}

/** @throws RangeError that names the option and its range. */
export function checkDurableOptions(options: DurableOptions<unknown>): void {
  const { mailbox, credit = 1, maxAttempts = 1, retry = {} } = options;
  checkMailbox(mailbox);
  const { minMs = 0, maxMs = Infinity, jitter = 0 } = retry;
  check(Number.isSafeInteger(credit) && credit >= 1, 'credit', 'a whole number from 1', credit);
  const countable = Number.isSafeInteger(maxAttempts) || maxAttempts === Infinity;
  check(countable && maxAttempts >= 1, 'maxAttempts', 'a whole number from 1, or Infinity', maxAttempts);
  check(minMs >= 0 && minMs < Infinity, 'retry.minMs', 'a number of milliseconds from 0', minMs);
  check(maxMs >= 0, 'retry.maxMs', 'a number of milliseconds from 0', maxMs);
  check(jitter >= 0 && jitter <= 1, 'retry.jitter', 'from 0 to 1', jitter);
  const deadLetterMailbox = deadLetterMailboxOf(options);
  const usable = typeof deadLetterMailbox === 'string' && deadLetterMailbox !== '' && deadLetterMailbox !== mailbox;
  check(usable, 'deadLetterMailbox', 'the name of another mailbox', deadLetterMailbox);
}

export function deadLetterMailboxOf({
  mailbox,
  deadLetterMailbox = `${mailbox}.dead`,
}: DurableOptions<unknown>): string {
  return deadLetterMailbox;
}

function check(holds: boolean, name: string, range: string, value: unknown): void {
  if (!holds) throw new RangeError(`${name} must be ${range}, not ${String(value)}`);
}
