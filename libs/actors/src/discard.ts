import type { DeadLetterReason } from './dead-letter.js';
import { Envelope } from './envelope.js';
import type { Reports } from './reports.js';

/** What was meant for the actor at `path` is not handled: whoever waits for a reply learns why, and it is reported. */
export function discard(reports: Reports, path: string, item: unknown, reason: DeadLetterReason, error: Error): void {
  if (!(item instanceof Envelope)) return reports.deadLetter({ path, message: item, reason });
  item.refuse(error);
  if (item.reported) reports.deadLetter({ path, message: item.content, reason });
}
