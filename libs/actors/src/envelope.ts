import type { Debtor } from './pending-ask.js';

/** What waits in a mailbox beside plain messages, which wait there as they are. */
export abstract class Envelope {
  /** Whether its sender still wants it handled. */
  abstract readonly live: boolean;
  /** What a dead letter shows. */
  abstract readonly content: unknown;
  /** Whether it becomes a dead letter when nobody handles it. Timers and watch notices end with their actor silently. */
  abstract readonly reported: boolean;

  /** It is in the hands of this actor, or of none for the time being. */
  takenBy(_debtor: Debtor | undefined): void {}

  /** The message, now that its turn has come. When it throws, the actor fails. */
  abstract open(): unknown;

  /** What takes this envelope's place when `message`, which came out of it, is to be handled later or by another actor. */
  passOn(message: unknown): unknown {
    return message;
  }

  /** Its handler has ended well. */
  handled(): void {}

  /** It will not be handled, or its handler threw: whoever waits for a reply learns why. */
  refuse(_error: Error): void {}
}
