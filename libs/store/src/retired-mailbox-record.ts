import type { ActorDbid } from '@abaco/contract';

/** The mailbox of an actor that was deleted. Its queue is removed, again and again, until nothing can bring it back. */
export interface RetiredMailboxRecord {
  readonly _id: ActorDbid;
  /** From then on no message for it is on its way any more, in database time. */
  readonly quiet_at: Date;
  /** Not before then is its queue to be removed again, in database time. */
  readonly next_try: Date;
}
