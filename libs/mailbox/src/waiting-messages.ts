import { type MailboxMessage } from './mailbox-broker.js';

/** A message of a mailbox in memory, and its place among all that were ever published there. */
export interface StoredMessage {
  readonly position: number;
  readonly message: MailboxMessage;
}

/** Emptied places at the head of the line that are worth a compaction. */
const COMPACTED_AT = 1_000;

/** The messages of a mailbox that nobody holds, oldest first. One that comes back returns to its old place. */
export class WaitingMessages {
  /** Those that were never delivered, from `head` on. Only the oldest is ever taken, so all of `returned` are older. */
  private line: (StoredMessage | undefined)[] = [];
  private head = 0;
  /** Those that came back, the oldest last. */
  private readonly returned: StoredMessage[] = [];

  get size(): number {
    return this.line.length - this.head + this.returned.length;
  }

  /** A new message, of a higher position than all before it. */
  join(stored: StoredMessage): void {
    this.line.push(stored);
  }

  /** A message that was taken waits again, at its old place. */
  putBack(stored: StoredMessage): void {
    let [low, high] = [0, this.returned.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.returned[middle]?.position ?? 0) > stored.position) low = middle + 1;
      else high = middle;
    }
    this.returned.splice(low, 0, stored);
  }

  /** The oldest message. */
  take(): StoredMessage | undefined {
    return this.returned.pop() ?? this.takeNew();
  }

  /** @returns how many there were */
  clear(): number {
    const { size } = this;
    this.line = [];
    this.head = 0;
    this.returned.length = 0;
    return size;
  }

  private takeNew(): StoredMessage | undefined {
    if (this.head === this.line.length) return undefined;
    const stored = this.line[this.head];
    // Taken messages must not stay in memory until the compaction.
    this.line[this.head++] = undefined;
    if (this.head >= COMPACTED_AT && this.head * 2 >= this.line.length) {
      this.line.splice(0, this.head);
      this.head = 0;
    }
    return stored;
  }
}
