import type { ExecutionRecord, ResultRepository } from '@abaco/store';
import { whileAvailable } from './while-available.js';

/** How long a result may be read after the last access, milliseconds (contract 1.5). */
export const RESULT_LIFETIME_MS = 20 * 60 * 1000;
/** Results beyond so many waiting bytes are dropped: an actor cannot fill the server's memory while the store is slow. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** The results of one attempt, stored one after the other in the order of sending. */
export class ResultWriter {
  private writes: Promise<void> = Promise.resolve();
  private waitingBytes = 0;
  private seq = 0;
  /** Results that were dropped. */
  dropped = 0;

  constructor(
    private readonly results: ResultRepository,
    private readonly execution: ExecutionRecord,
    private readonly signal: AbortSignal,
    private readonly onStored: () => void = () => undefined,
  ) {}

  write(data: Buffer): void {
    if (this.waitingBytes + data.length > MAX_WAITING_BYTES) {
      this.dropped++;
      return;
    }
    this.waitingBytes += data.length;
    const { _id: execution, attempt } = this.execution;
    const seq = this.seq++;
    this.writes = this.writes.then(async () => {
      const expires = new Date(Date.now() + RESULT_LIFETIME_MS);
      await whileAvailable(() => this.results.append({ execution, attempt, seq, data, expires }), this.signal);
      this.waitingBytes -= data.length;
      this.onStored();
    });
    // `end` hands the error on; without this it would count as unhandled until then
    this.writes.catch(() => undefined);
  }

  /** @throws when the signal aborts */
  end(): Promise<void> {
    return this.writes;
  }
}
