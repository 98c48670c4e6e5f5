import type { Position } from './queue-store.js';

/** Positions held in memory ahead of the consumers; the rest of a long queue is paged in from the store. */
const PAGE = 1024;

/** Reads waiting positions from the store: those after `after` up to and including `upTo`, rising, at most `limit`. */
export type ReadPositions = (after: Position, upTo: Position, limit: number) => Position[];

/**
 * The messages of a queue that wait, in order, by position alone. Memory is bounded: at most one page, and what was given
 * back. Everything taken has a lower position than everything on the page, so what comes back goes before the page.
 */
export class WaitingLine {
  private returned: Position[] = [];
  private page: Position[] = [];
  private next = 0;
  /** Waiting in the store only, after `cursor` up to and including `last`. */
  private behind: number;

  /**
   * @param cursor position before the first waiting message
   * @param last position of the last waiting message
   * @param count how many wait
   */
  constructor(
    private readonly read: ReadPositions,
    private cursor: Position = 0,
    private last: Position = 0,
    count = 0,
  ) {
    this.behind = count;
  }

  /** How many messages wait. */
  get length(): number {
    return this.returned.length + this.page.length - this.next + this.behind;
  }

  /** Position of the last message that ever joined. */
  get lastPosition(): Position {
    return this.last;
  }

  /** A stored message joins at the end; `position` is above all before. */
  join(position: Position): void {
    if (this.behind === 0 && this.page.length - this.next < PAGE) {
      if (this.next >= PAGE) this.resetPage(this.page.slice(this.next));
      this.page.push(position);
      this.cursor = position;
    } else {
      this.behind++;
    }
    this.last = position;
  }

  /** Takes the first message out of the line. */
  take(): Position | undefined {
    const returned = this.returned.pop();
    if (returned !== undefined) return returned;
    if (this.next === this.page.length && !this.turnPage()) return undefined;
    return this.page[this.next++];
  }

  /** A message that was taken waits again, at its old place. */
  giveBack(position: Position): void {
    // Kept in falling order, so that the first is taken from the end. What comes back is mostly the lowest.
    let at = this.returned.length;
    while (at > 0 && this.returned[at - 1]! < position) at--;
    this.returned.splice(at, 0, position);
  }

  /** Empties the line. @returns how many messages waited. */
  clear(): number {
    const cleared = this.length;
    this.returned = [];
    this.resetPage([]);
    this.behind = 0;
    this.cursor = this.last;
    return cleared;
  }

  private turnPage(): boolean {
    if (this.behind === 0) return false;
    this.resetPage(this.read(this.cursor, this.last, PAGE));
    this.behind = this.page.length === 0 ? 0 : this.behind - this.page.length;
    this.cursor = this.page[this.page.length - 1] ?? this.last;
    return this.page.length > 0;
  }

  private resetPage(page: Position[]): void {
    this.page = page;
    this.next = 0;
  }
}
