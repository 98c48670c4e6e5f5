/** No reply within the deadline. Whether the target will still handle the request is unknown. */
export class AskTimeout extends Error {
  override readonly name = 'AskTimeout';
  constructor(
    readonly path: string,
    readonly deadlineMs: number,
  ) {
    super(`${path} did not reply within ${deadlineMs} ms`);
  }
}

/** The target was dead, or stopped before it replied. */
export class ActorStopped extends Error {
  override readonly name = 'ActorStopped';
  constructor(readonly path: string) {
    super(`${path} has stopped`);
  }
}

/** The target threw while it handled the request; `cause` is what it threw. */
export class ActorFailed extends Error {
  override readonly name = 'ActorFailed';
  constructor(
    readonly path: string,
    cause: Error,
  ) {
    super(`${path} failed: ${cause.message}`, { cause });
  }
}

/** The target's mailbox holds as many messages as it may. */
export class MailboxFull extends Error {
  override readonly name = 'MailboxFull';
  constructor(
    readonly path: string,
    readonly capacity: number,
  ) {
    super(`The mailbox of ${path} is full (${capacity} messages)`);
  }
}

/** As many messages are put aside as `stashCapacity` allows. */
export class StashFull extends Error {
  override readonly name = 'StashFull';
  constructor(
    readonly path: string,
    readonly capacity: number,
  ) {
    super(`${path} has put ${capacity} messages aside and may not stash more`);
  }
}

/** What a durable actor wanted: a consumer, a dead letter stored, a message decoded or settled, the consumer closed. */
export type MailboxOperation = 'consume' | 'publish' | 'decode' | 'settle' | 'close';

/**
 * Reported, never thrown: a durable actor and its mailbox did not get on. `consume` and `publish` are tried again; what could not
 * be decoded goes to the dead letters; after a failed `settle` or `close` the broker may bring messages again.
 */
export class DurableMailboxFailed extends Error {
  override readonly name = 'DurableMailboxFailed';
  constructor(
    readonly mailbox: string,
    readonly operation: MailboxOperation,
    cause: Error,
    /** Of the message that it is about, if it is about one. */
    readonly messageId?: string,
  ) {
    const what = messageId === undefined ? operation : `${operation} of message ${messageId}`;
    super(`Mailbox ${mailbox}: ${what} failed: ${cause.message}`, { cause });
  }
}

/** A living sibling has this name. */
export class NameTaken extends Error {
  override readonly name = 'NameTaken';
  constructor(readonly path: string) {
    super(`There is a living actor at ${path}`);
  }
}

/** Names are not empty and contain no `/`. */
export class InvalidName extends Error {
  override readonly name = 'InvalidName';
  constructor(readonly given: string) {
    super(`"${given}" is no actor name: it must not be empty or contain "/"`);
  }
}

/** `stop` and `stopChild` of a context end only children of their own actor. */
export class NotAChild extends Error {
  override readonly name = 'NotAChild';
  constructor(
    readonly path: string,
    readonly parentPath: string,
  ) {
    super(`${path} is no child of ${parentPath}`);
  }
}
