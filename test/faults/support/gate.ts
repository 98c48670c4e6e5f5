/** Where a proxy stops a request that its rule fits. */
export type GateAt =
  /** Before it reaches the other side: that knows nothing of it. */
  | 'request'
  /** When it has been carried out, before its answer comes back. */
  | 'answer';

/** Stops the first request that fits until it is opened. What it stops is lost when the client dies meanwhile. */
export class Gate<Q> {
  readonly reached: Promise<void>;
  private readonly opened: Promise<void>;
  private markReached!: () => void;
  private markOpened!: () => void;
  private taken = false;

  constructor(
    private readonly fits: (request: Q) => boolean,
    readonly at: GateAt,
  ) {
    this.reached = new Promise((resolve) => (this.markReached = resolve));
    this.opened = new Promise((resolve) => (this.markOpened = resolve));
  }

  /** Whether this gate is for the request. Only one request is ever taken. */
  takes(request: Q): boolean {
    if (this.taken || !this.fits(request)) return false;
    this.taken = true;
    return true;
  }

  /** Holds the taken request. Resolves when the gate is opened. */
  hold(): Promise<void> {
    this.markReached();
    return this.opened;
  }

  open(): void {
    this.taken = true;
    this.markOpened();
  }
}
