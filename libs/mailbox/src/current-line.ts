import { BrokerUnavailable } from './errors.js';

interface Waiter<Line> {
  resolve(line: Line): void;
  reject(error: Error): void;
}

/** What the present life of a supervised connection offers, if it has one, and those who wait for the next. */
export class CurrentLine<Line> {
  private line: Line | undefined;
  private readonly waiters = new Set<Waiter<Line>>();
  private closed = false;

  /** Undefined while not connected. */
  get value(): Line | undefined {
    return this.line;
  }

  up(line: Line): void {
    this.line = line;
    for (const waiter of [...this.waiters]) waiter.resolve(line);
  }

  down(): void {
    this.line = undefined;
  }

  /** There will be no further life: whoever waits is told. */
  close(): void {
    this.closed = true;
    for (const waiter of [...this.waiters]) waiter.reject(new BrokerUnavailable('The connection was closed meanwhile'));
  }

  /** @throws BrokerUnavailable when not connected after `timeoutMs`, or closed. */
  when(timeoutMs: number): Promise<Line> {
    if (this.line) return Promise.resolve(this.line);
    if (this.closed) return Promise.reject(new BrokerUnavailable('The connection to the message broker was closed'));
    return new Promise((resolve, reject) => {
      const expire = (): void =>
        waiter.reject(
          new BrokerUnavailable(`Not connected to the message broker within ${timeoutMs} ms; still trying`),
        );
      const timer = setTimeout(expire, timeoutMs);
      const settle = (answer: () => void): void => {
        clearTimeout(timer);
        this.waiters.delete(waiter);
        answer();
      };
      const waiter: Waiter<Line> = {
        resolve: (line) => settle(() => resolve(line)),
        reject: (error) => settle(() => reject(error)),
      };
      this.waiters.add(waiter);
    });
  }
}
