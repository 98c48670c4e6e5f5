const INITIAL_SLOTS = 8;

/** First in, first out, on a ring that doubles. It never shrinks: an owner that wants the memory back drops the queue. */
export class Queue<T> {
  private slots = new Array<T | undefined>(INITIAL_SLOTS);
  private head = 0;
  private count = 0;

  get size(): number {
    return this.count;
  }

  push(item: T): void {
    if (this.count === this.slots.length) this.grow();
    this.slots[(this.head + this.count) & (this.slots.length - 1)] = item;
    this.count += 1;
  }

  /** Puts an item before all others. */
  unshift(item: T): void {
    if (this.count === this.slots.length) this.grow();
    this.head = (this.head - 1) & (this.slots.length - 1);
    this.slots[this.head] = item;
    this.count += 1;
  }

  /** The oldest item. `undefined` when empty, so check `size` first where `undefined` is an item, too. */
  shift(): T | undefined {
    if (this.count === 0) return undefined;
    const item = this.slots[this.head];
    this.slots[this.head] = undefined;
    this.head = (this.head + 1) & (this.slots.length - 1);
    this.count -= 1;
    return item;
  }

  /** The newest item, as `shift` gives the oldest. */
  pop(): T | undefined {
    if (this.count === 0) return undefined;
    this.count -= 1;
    const index = (this.head + this.count) & (this.slots.length - 1);
    const item = this.slots[index];
    this.slots[index] = undefined;
    return item;
  }

  private grow(): void {
    const { slots, head } = this;
    this.slots = [...slots.slice(head), ...slots.slice(0, head), ...new Array<T | undefined>(slots.length)];
    this.head = 0;
  }
}
