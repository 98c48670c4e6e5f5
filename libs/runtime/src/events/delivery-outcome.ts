/** How one attempt to deliver an event ended. */
export type DeliveryOutcome =
  | { readonly kind: 'delivered' }
  /** It may succeed later. `afterMs`: what the target asked for, milliseconds. */
  | { readonly kind: 'failed'; readonly reason: string; readonly afterMs?: number }
  /** It never will. */
  | { readonly kind: 'refused'; readonly reason: string };
