import { DurableSender, type DurableTarget } from './durable-sender.js';
import type { Ref, ReplyTo } from './ref.js';

/** Messages of `M` that may outlive the process: all but requests, whose `replyTo` would lead nowhere. */
export type Lasting<M> = Exclude<M, { readonly replyTo: ReplyTo<never> }>;

/**
 * Address of a durable actor. What is sent with `send` is on the broker's disk and waits there while no actor consumes the
 * mailbox, also after this one has stopped.
 *
 * It has no `ask`: the asker does not outlive its process, but the question would. Ask through `ref`, or send along the name of
 * the mailbox where the answer is to go.
 */
export class DurableRef<in M, in D extends M = Lasting<M>> extends DurableSender<D> {
  constructor(
    /** The same actor for messages in memory: asks, timers, what need not outlive the process. They keep no order with `send`. */
    readonly ref: Ref<M>,
    target: DurableTarget<D>,
  ) {
    super(target);
  }

  get path(): string {
    return this.ref.path;
  }

  toJSON(): string {
    return this.path;
  }
}
