import type { BlockIo } from './block-io.js';

/** Milliseconds between two looks, which take microseconds each. */
const LOOK_EVERY_MS = 100;

/**
 * What a container moves to and from block devices, looked at as long as it runs: control groups of version 1 forget that together
 * with the container's own group, right after its end. What it moves after the last look is not seen.
 */
export class BlockIoWatch {
  private most: BlockIo | undefined;
  private readonly timer: NodeJS.Timeout;

  /** @param read what the kernel has counted so far; undefined where it cannot be read */
  constructor(private readonly read: () => BlockIo | undefined) {
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.timer.unref();
    this.look();
  }

  private look(): void {
    const now = this.read();
    if (now === undefined) return;
    const { readBytes = 0, writtenBytes = 0 } = this.most ?? {};
    this.most = {
      readBytes: Math.max(readBytes, now.readBytes),
      writtenBytes: Math.max(writtenBytes, now.writtenBytes),
    };
  }

  /** Looks no more. @returns the most that was seen; undefined when nothing could be read */
  end(): BlockIo | undefined {
    clearInterval(this.timer);
    this.look();
    return this.most;
  }
}
