import { InvalidMailboxName } from './errors.js';
import { type MailboxName } from './mailbox-broker.js';

const ACCEPTED_BY_EVERY_BROKER = /^[A-Za-z0-9._-]{1,200}$/;

/** @throws InvalidMailboxName unless `name` is 1 to 200 characters of `[A-Za-z0-9._-]`. */
export function assertMailboxName(name: MailboxName): void {
  if (!ACCEPTED_BY_EVERY_BROKER.test(name)) throw new InvalidMailboxName(name);
}
