import type { Delivery } from 'rhea';

/** The broker's end of one link. Each method answers one kind of event on that link. */
export interface LinkEnd {
  /** The peer sent a message, as encoded bytes. */
  message?(raw: Buffer, delivery: Delivery): void;
  /** The peer issued credit or asked to drain it. */
  flow?(): void;
  /** The peer settled a delivery or told its outcome. */
  outcome?(delivery: Delivery): void;
  /** The link is gone: detached, or its session or connection ended. Called once. */
  gone(): void;
}
