import { InMemoryMailbox } from './in-memory-mailbox.js';
import { type MailboxName } from './mailbox-broker.js';

/**
 * What a broker in memory holds. Several `InMemoryMailboxBroker` on the same `InMemoryMailboxes` are several clients of one
 * broker. It lives as long as somebody refers to it, and a mailbox in it until it is deleted.
 */
export class InMemoryMailboxes {
  private readonly mailboxes = new Map<MailboxName, InMemoryMailbox>();

  /** @internal */
  find(name: MailboxName): InMemoryMailbox | undefined {
    return this.mailboxes.get(name);
  }

  /** @internal */
  findOrCreate(name: MailboxName): InMemoryMailbox {
    const existing = this.mailboxes.get(name);
    if (existing) return existing;
    const created = new InMemoryMailbox();
    this.mailboxes.set(name, created);
    return created;
  }

  /** Removes a mailbox with all it holds; consumers that are still attached go on with its successor. @internal */
  delete(name: MailboxName): void {
    const mailbox = this.mailboxes.get(name);
    mailbox?.empty();
    if (!mailbox?.isConsumed) this.mailboxes.delete(name);
  }
}
