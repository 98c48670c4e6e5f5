import type { Readable } from 'node:stream';
import { FrameDecoder } from './frame-decoder.js';

/** Reads the multiplexed output of a container and hands it on as it comes. It always reads: a reader that stalls blocks the actor. */
export class OutputReader {
  /** Bytes handed on so far. */
  bytes = 0;
  /** Resolves at the end of the stream: true when it was a clean one. */
  readonly ended: Promise<boolean>;

  constructor(
    private readonly stream: Readable,
    log: (chunk: Buffer) => void,
    skipBytes = 0,
  ) {
    let skip = skipBytes;
    const decoder = new FrameDecoder((payload) => {
      const rest = payload.subarray(Math.min(skip, payload.length));
      skip -= payload.length - rest.length;
      this.bytes += rest.length;
      if (rest.length > 0) log(rest);
    });
    stream.on('data', (chunk: Buffer) => decoder.push(chunk));
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
    this.stream.destroy();
  }
}
