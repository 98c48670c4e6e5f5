import type { WireDeliveries, WireDelivery } from './rhea-internals.js';

/**
 * The unsettled deliveries of a session, by delivery number. It takes the place of rhea's ring, in which one delivery that
 * is held for long lets at most 2,047 others pass, settled or not.
 */
export class DeliveryTable implements WireDeliveries {
  private readonly entries = new Map<number, WireDelivery>();

  /** @param capacity how many may be unsettled at a time */
  constructor(private readonly capacity: number) {}

  available(): number {
    return this.capacity - this.entries.size;
  }

  push(delivery: WireDelivery): void {
    this.entries.set(delivery.id, delivery);
  }

  by_id(id: number): WireDelivery | undefined {
    return this.entries.get(id);
  }

  remove(delivery: WireDelivery): void {
    this.entries.delete(delivery.id);
  }

  /** rhea removes what is done with from the front; what is settled out of order is removed one by one. */
  pop_if(done: (delivery: WireDelivery) => boolean): void {
    for (const [id, delivery] of this.entries) {
      if (!done(delivery)) return;
      this.entries.delete(id);
    }
  }
}
