/** What the library tells an operator. A pino logger fits. */
export interface MailboxLogger {
  /** Normal life: connected, reconnected. */
  info(fields: object, message: string): void;
  /** Something was lost or refused and is being dealt with: a connection, a link, a malformed message. */
  warn(fields: object, message: string): void;
  /** A defect of the caller: an exception in a delivery handler. */
  error(fields: object, message: string): void;
}

const ignore = (): void => undefined;

/** The default: says nothing. */
export const silentLogger: MailboxLogger = { info: ignore, warn: ignore, error: ignore };
