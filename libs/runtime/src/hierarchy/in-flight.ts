import type { ReplyTo } from '@abaco/actors';

/** What goes on beside the mailbox. Whoever asked is answered when it is done, also when the actor is told to stop meanwhile. */
export class InFlight {
  private readonly works = new Set<Promise<unknown>>();

  get size(): number {
    return this.works.size;
  }

  /** @param on called after the answer */
  track<T>(
    work: Promise<T>,
    replyTo: ReplyTo<T>,
    on: { readonly success: (result: T) => void; readonly failure: () => void },
  ): void {
    this.works.add(work);
    work
      .then(
        (result) => {
          replyTo.reply(result);
          on.success(result);
        },
        (error: Error) => {
          replyTo.fail(error);
          on.failure();
        },
      )
      .finally(() => this.works.delete(work));
  }

  /** Resolves when what is under way now has ended, in whatever way. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.works);
  }
}
