import type { Readable } from 'node:stream';
import { FrameDecoder } from './frame-decoder.js';
import type { OutputRate } from './output-rate.js';

/**
 * Reads the multiplexed output of a container and hands it on as it comes. A reader that stalls blocks the actor, which is what a
 * rate is for; without one it always reads.
 */
export class OutputReader {
  /** Bytes handed on so far. */
  bytes = 0;
  /** The rate has made the container wait: the engine may have more of its output than comes here after its end. */
  wasHeldBack = false;
  private goingOn: NodeJS.Timeout | undefined;
  /** Resolves at the end of the stream: true when it was a clean one. */
  readonly ended: Promise<boolean>;

  constructor(
    private readonly stream: Readable,
    log: (chunk: Buffer) => void,
    skipBytes = 0,
    rate?: OutputRate,
  ) {
    let skip = skipBytes;
    const decoder = new FrameDecoder((payload) => {
      const rest = payload.subarray(Math.min(skip, payload.length));
      skip -= payload.length - rest.length;
      this.bytes += rest.length;
      if (rest.length > 0) log(rest);
    });
    stream.on('data', (chunk: Buffer) => {
      decoder.push(chunk);
      if (rate) this.holdBack(rate.pauseAfter(chunk.length));
    });
    this.ended = new Promise((resolve) => {
      stream.once('end', () => resolve(true));
      stream.once('close', () => resolve(false));
      stream.once('error', () => resolve(false)); // the container's end is told by `wait`, not by this stream
    });
  }

  /** @returns false when the stream broke, or is still open after `timeoutMs` */
  async endsWithin(timeoutMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), timeoutMs);
    });
    try {
      return await Promise.race([this.ended, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    clearTimeout(this.goingOn);
    this.stream.destroy();
  }

  private holdBack(ms: number): void {
    if (ms === 0) return;
    this.wasHeldBack = true;
    this.stream.pause();
    this.goingOn = setTimeout(() => this.stream.resume(), ms);
  }
}
