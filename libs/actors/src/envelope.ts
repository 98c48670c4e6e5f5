/** What waits in a mailbox beside plain messages, which wait there as they are. */
export abstract class Envelope {
  /** Whether its sender still wants it handled. */
  abstract readonly live: boolean;
  /** What a dead letter shows. */
  abstract readonly content: unknown;
  /** Whether it becomes a dead letter when nobody handles it. Timers and watch notices end with their actor silently. */
  abstract readonly reported: boolean;

  /** The message, now that its turn has come. When it throws, the actor fails. */
  abstract open(): unknown;

  /** It will not be handled, or its handler threw: whoever waits for a reply learns why. */
  refuse(_error: Error): void {}
}
