/** Where a reply goes. Part of a request message; `ask` makes one. */
export interface ReplyTo<R> {
  /** The answer. Only the first of `reply` and `fail` counts. */
  reply(value: R): void;
  /** The refusal: rejects the asker's promise with this error. */
  fail(error: Error): void;
}

export interface AskOptions {
  /** Milliseconds until the ask fails with `AskTimeout`. Default 5,000; at most 2^31-1. */
  readonly deadlineMs?: number;
  /** Aborting fails the ask at once with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The messages of a protocol that ask for a reply: those with a `replyTo`. */
export type Requests<M> = Extract<M, { readonly type: string; readonly replyTo: ReplyTo<never> }>;

/** A request of `type` as its asker writes it: without `replyTo`. */
export type Question<M, T> = WithoutReplyTo<Extract<Requests<M>, { readonly type: T }>>;

/** Of each request in a union. (With `infer` instead, the compiler would take `ask` for a call with any of the types.) */
type WithoutReplyTo<Q> = Q extends unknown ? Omit<Q, 'replyTo'> : never;

/** What the request of `type` is answered with. */
export type Reply<M, T> =
  Extract<Requests<M>, { readonly type: T }> extends { readonly replyTo: ReplyTo<infer R> } ? R : never;

/**
 * Address of one incarnation of one actor: after the actor has stopped it never reaches another one, even of the same name;
 * a restart keeps it. `Ref<A>` and `Ref<B>` are assignable only when every message of B is one of A.
 */
export interface Ref<in M> {
  /** `/system/tenants/DEV`; unique among living actors. */
  readonly path: string;
  /** Puts a message into the mailbox. Never throws; a message that cannot be delivered becomes a dead letter. */
  tell(message: M): void;
  /**
   * Sends a request and waits for its reply, whose type is that of the request's `replyTo`.
   * @throws AskTimeout after the deadline; ActorStopped at once when the target is dead or stops before replying;
   *   ActorFailed (with `cause`) at once when the handler of this message throws; MailboxFull when the mailbox rejects it.
   * @example const count = await counter.ask({ type: 'get' });
   */
  ask<N, T extends Requests<N>['type']>(
    this: Ref<N>,
    request: Question<N, T> & { readonly type: T },
    options?: AskOptions,
  ): Promise<Reply<N, T>>;
  /**
   * The same for a message of any shape.
   * @example const count = await counter.ask<number>((replyTo) => ({ type: 'get', replyTo }));
   */
  ask<R>(makeMessage: (replyTo: ReplyTo<R>) => M, options?: AskOptions): Promise<R>;
  /**
   * Back-pressure: puts a message into the mailbox as soon as there is room, and resolves then. Offers are taken in their order.
   * @throws ActorStopped when the target is dead or stops first; the signal's reason when it is aborted first.
   */
  offer(message: M, options?: { readonly signal?: AbortSignal }): Promise<void>;
}
