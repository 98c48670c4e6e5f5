/**
 * Thrown when another living process (or another server of this process) holds the data directory. The caller may stop
 * that one, or choose another directory.
 */
export class DirectoryInUse extends Error {
  constructor(
    readonly directory: string,
    readonly pid: number | undefined,
  ) {
    super(
      `The directory ${directory} is in use by ${pid ? `process ${pid}` : 'another process'}. ` +
        'Stop that process or choose another directory.',
    );
    this.name = 'DirectoryInUse';
  }
}

/** Thrown when a server cannot listen at `socketPath`. The message says why; the caller may choose another path. */
export class SocketUnusable extends Error {
  constructor(
    readonly socketPath: string,
    reason: string,
  ) {
    super(`Cannot listen on the Unix socket ${socketPath}: ${reason}`);
    this.name = 'SocketUnusable';
  }
}
