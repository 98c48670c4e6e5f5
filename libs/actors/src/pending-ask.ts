import { type Clock, LONGEST_TIMER_MS } from './clock.js';
import type { Cancel } from './context.js';
import { Envelope } from './envelope.js';
import { AskTimeout } from './errors.js';
import type { AskOptions, ReplyTo } from './ref.js';

const DEFAULT_DEADLINE_MS = 5_000;

/** An ask as its target sees it. */
export interface Debt {
  /** Has no effect after a reply. */
  fail(error: Error): void;
}

/** Whom an ask was sent to. */
interface Target {
  readonly path: string;
  readonly clock: Clock;
  asked(ask: Debt): void;
  answered(ask: Debt): void;
}

/** One request without a reply so far. The target knows it, so that it can fail when the target stops. */
export class PendingAsk<R> implements ReplyTo<R>, Debt {
  readonly promise: Promise<R>;
  private resolve!: (value: R) => void;
  private reject!: (reason: unknown) => void;
  private settled = false;
  private readonly cancelDeadline: Cancel;
  private readonly onAbort?: () => void;
  private readonly signal?: AbortSignal;

  /** @throws RangeError when the deadline is no number of milliseconds from 0 to 2^31-1, the signal's reason when it is aborted. */
  constructor(
    private readonly target: Target,
    { deadlineMs = DEFAULT_DEADLINE_MS, signal }: AskOptions = {},
  ) {
    if (!(deadlineMs >= 0 && deadlineMs <= LONGEST_TIMER_MS)) {
      throw new RangeError(`deadlineMs must be from 0 to ${LONGEST_TIMER_MS}, not ${deadlineMs}`);
    }
    signal?.throwIfAborted();
    this.promise = new Promise<R>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.cancelDeadline = target.clock.after(deadlineMs, () => this.fail(new AskTimeout(target.path, deadlineMs)));
    if (signal) {
      this.signal = signal;
      this.onAbort = () => this.settle() && this.reject(signal.reason);
      signal.addEventListener('abort', this.onAbort, { once: true });
    }
    target.asked(this);
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
    this.target.answered(this);
    return true;
  }
}

/** A request in the mailbox. It is delivered even if the asker has given up meanwhile: it may be a command, not a question. */
export class Request extends Envelope {
  readonly live = true;
  readonly reported = true;

  constructor(
    readonly content: unknown,
    private readonly ask: Debt,
  ) {
    super();
  }

  open(): unknown {
    return this.content;
  }

  override refuse(error: Error): void {
    this.ask.fail(error);
  }
}
