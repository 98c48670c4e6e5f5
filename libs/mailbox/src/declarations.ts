import { type MailboxName } from './mailbox-broker.js';

/** More names than this are not remembered; the oldest is forgotten, which costs one more declaration. */
const REMEMBERED = 50_000;
/** Declarations under way at a time. */
const CONCURRENCY = 16;

interface Declaration {
  readonly done: Promise<void>;
  readonly expiresAt: number;
}

/** Remembers which mailboxes are known to exist on one connection, so that each is declared once. */
export class Declarations {
  private readonly known = new Map<MailboxName, Declaration>();
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  /**
   * @param declare creates the mailbox on the broker when it does not exist.
   * @param rememberMs how long to trust a declaration; a broker that loses messages for missing queues needs it short.
   */
  constructor(
    private readonly declare: (mailbox: MailboxName) => Promise<void>,
    private readonly rememberMs: number,
  ) {}

  /**
   * Makes sure that the mailbox exists. Callers for one mailbox go on in the order in which they called, so that what
   * they publish keeps its order.
   */
  ensure(mailbox: MailboxName): Promise<void> {
    const known = this.known.get(mailbox);
    if (known && known.expiresAt > performance.now()) return known.done;
    this.known.delete(mailbox);
    const declaration: Declaration = { done: this.inTurn(mailbox), expiresAt: performance.now() + this.rememberMs };
    this.known.set(mailbox, declaration);
    declaration.done.catch(() => {
      // The callers of `ensure` get the error; here it only must not be remembered.
      if (this.known.get(mailbox) === declaration) this.known.delete(mailbox);
    });
    if (this.known.size > REMEMBERED) this.forgetOldest();
    return declaration.done;
  }

  forget(mailbox: MailboxName): void {
    this.known.delete(mailbox);
  }

  private forgetOldest(): void {
    for (const oldest of this.known.keys()) {
      this.known.delete(oldest);
      return;
    }
  }

  private async inTurn(mailbox: MailboxName): Promise<void> {
    if (this.running === CONCURRENCY) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running++;
    try {
      await this.declare(mailbox);
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }
}
