import { type Clock, LONGEST_TIMER_MS } from './clock.js';
import type { Cancel } from './context.js';
import { AskTimeout } from './errors.js';
import type { AskOptions, ReplyTo } from './ref.js';

const DEFAULT_DEADLINE_MS = 5_000;

/** An ask as the actor sees it that owes the reply. */
export interface Debt {
  /** Has no effect after a reply. */
  fail(error: Error): void;
}

/** An actor that owes replies. It fails them when it stops. */
export interface Debtor {
  asked(ask: Debt): void;
  answered(ask: Debt): void;
}

/** Who is asked; a request that is forwarded gets another debtor, but its asker knows only this. */
interface Addressed {
  readonly path: string;
  readonly clock: Clock;
}

/** One request without a reply so far. Its debtor knows it, so that it can fail when the debtor stops. */
export class PendingAsk<R> implements ReplyTo<R>, Debt {
  readonly promise: Promise<R>;
  private resolve!: (value: R) => void;
  private reject!: (reason: unknown) => void;
  private settled = false;
  private debtor: Debtor | undefined;
  private readonly cancelDeadline: Cancel;
  private readonly onAbort?: () => void;
  private readonly signal?: AbortSignal;

  /** @throws RangeError when the deadline is no number of milliseconds from 0 to 2^31-1, the signal's reason when it is aborted. */
  constructor({ path, clock }: Addressed, { deadlineMs = DEFAULT_DEADLINE_MS, signal }: AskOptions = {}) {
    if (!(deadlineMs >= 0 && deadlineMs <= LONGEST_TIMER_MS)) {
      throw new RangeError(`deadlineMs must be from 0 to ${LONGEST_TIMER_MS}, not ${deadlineMs}`);
    }
    signal?.throwIfAborted();
    this.promise = new Promise<R>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.cancelDeadline = clock.after(deadlineMs, () => this.fail(new AskTimeout(path, deadlineMs)));
    if (signal) {
      this.signal = signal;
      this.onAbort = () => this.settle() && this.reject(signal.reason);
      signal.addEventListener('abort', this.onAbort, { once: true });
    }
  }

  /** From now on this actor, and nobody else, owes the reply. */
  owedBy(debtor: Debtor | undefined): void {
    if (this.settled) return;
    this.debtor?.answered(this);
    this.debtor = debtor;
    debtor?.asked(this);
  }

  reply(value: R): void {
    if (this.settle()) this.resolve(value);
  }

  fail(error: Error): void {
    if (this.settle()) this.reject(error);
  }

  /** Whether this call is the one that ends it. */
  private settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    this.cancelDeadline();
    if (this.onAbort) this.signal?.removeEventListener('abort', this.onAbort);
    this.debtor?.answered(this);
    // Whoever keeps the request must not keep the actor.
    this.debtor = undefined;
    return true;
  }
}
