import type { BlockIo } from './block-io.js';

/**
 * Milliseconds between two looks, which take microseconds each: at first, and at most. After its end a container's group stays for
 * some ten milliseconds, until the engine has cleaned up.
 */
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [10, 100];
/** A pause is such a part of the time since the start: what is not seen of a longer container is little of it. */
const PART = 1 / 20;

/**
 * What a container moves to and from block devices, looked at as long as it runs: control groups of version 1 forget that together
 * with the container's own group, right after its end. What it moves after the last look is not seen.
 */
export class BlockIoWatch {
  private most: BlockIo | undefined;
  private readonly startedAt = performance.now();
  private timer: NodeJS.Timeout | undefined;

  /** @param read what the kernel has counted so far; undefined where it cannot be read */
  constructor(private readonly read: () => BlockIo | undefined) {
    this.goOn();
  }

  private goOn(): void {
    this.look();
    const pause = (performance.now() - this.startedAt) * PART;
    this.timer = setTimeout(() => this.goOn(), Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, pause)));
    this.timer.unref();
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
    clearTimeout(this.timer);
    this.look();
    return this.most;
  }
}
