/** A message whose sender waits until the mailbox has room for it. */
export class Offer {
  readonly promise: Promise<void>;
  private resolve!: () => void;
  private reject!: (reason: unknown) => void;
  private readonly onAbort?: () => void;

  /** @param leave takes it out of the line when `signal` is aborted */
  constructor(
    readonly message: unknown,
    private readonly signal: AbortSignal | undefined,
    leave: (offer: Offer) => void,
  ) {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    if (!signal) return;
    this.onAbort = () => {
      leave(this);
      this.reject(signal.reason);
    };
    signal.addEventListener('abort', this.onAbort, { once: true });
  }

  taken(): void {
    this.forgetSignal();
    this.resolve();
  }

  refuse(error: Error): void {
    this.forgetSignal();
    this.reject(error);
  }

  /** It waits somewhere else from now on, and ends as it does there. */
  follow(offerAgain: (message: unknown, signal: AbortSignal | undefined) => Promise<void>): void {
    offerAgain(this.message, this.signal).then(
      () => this.taken(),
      (reason: Error) => this.refuse(reason),
    );
  }

  private forgetSignal(): void {
    if (this.onAbort) this.signal?.removeEventListener('abort', this.onAbort);
  }
}
