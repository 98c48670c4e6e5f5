/**
 * Reports a failed write that nobody waits for, as a warning of the process. No message is lost by it: one that could not
 * be removed is delivered again after a restart, as at-least-once delivery allows.
 */
export function reportWriteFailure(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  process.emitWarning(`The embedded broker could not write to its store: ${reason}`, 'EmbeddedBrokerWarning');
}
