/**
 * Runs in an actor's own turn, before its code does. What it throws counts as thrown by the actor: tests inject faults with it,
 * and an application can refuse messages by its own rules.
 */
export interface Interceptor {
  /** Before the factory, at the first start and at every restart. */
  beforeStart?(path: string): void;
  /** Before the handler of each message. */
  beforeMessage?(path: string, message: unknown): void;
}
