import { chmodSync, closeSync, constants, openSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { DatagramPoller } from './datagram-poller.js';
import { AF_UNIX, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK, unixAddress, type Libc } from './libc.js';

/** Contract 4.6: what is taken of one datagram; the kernel drops the rest. */
export const MAX_RESULT_BYTES = 131_072;
/** `sun_path` without its closing NUL. */
const MAX_PATH_BYTES = 107;
/** Datagrams taken in one go, so that one flooding actor leaves time for the others. */
const BATCH = 64;

/** Scratch space of all sockets: reading is synchronous, what is handed on is a copy. */
const scratch = Buffer.alloc(MAX_RESULT_BYTES);

/** The Unix datagram socket that receives one execution's results. It is there, and open to every uid, before the container is. */
export class ResultsSocket {
  private closed = false;

  private constructor(
    readonly path: string,
    private readonly fd: number,
    private readonly libc: Libc,
    private readonly poller: DatagramPoller,
    private receive: (datagram: Buffer) => void,
  ) {
    poller.add(fd, () => this.read(BATCH));
  }

  /**
   * Binds the socket; a stale file at `path` is replaced. Its directory must exist.
   * @throws Error when the socket cannot be made
   */
  static open(path: string, libc: Libc, poller: DatagramPoller, receive: (datagram: Buffer) => void): ResultsSocket {
    rmSync(path, { force: true });
    const fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) throw libc.lastError('socket');
    try {
      bind(fd, path, libc);
      chmodSync(path, 0o777);
      return new ResultsSocket(path, fd, libc, poller, receive);
    } catch (error) {
      libc.close(fd);
      rmSync(path, { force: true });
      throw error;
    }
  }

  /** From now on results go to `receive`. */
  redirect(receive: (datagram: Buffer) => void): void {
    this.receive = receive;
  }

  /** Hands over all that the kernel holds. */
  drain(): void {
    this.read(Number.POSITIVE_INFINITY);
  }

  /** Idempotent. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.poller.remove(this.fd);
    this.libc.close(this.fd);
    rmSync(this.path, { force: true });
  }

  private read(limit: number): void {
    for (let count = 0; count < limit && !this.closed; count++) {
      const length = this.libc.recv(this.fd, scratch, scratch.length, 0);
      if (length < 0) {
        if (this.libc.wouldBlock()) return;
        throw this.libc.lastError('recv');
      }
      this.receive(Buffer.from(scratch.subarray(0, length)));
    }
  }
}

/** A path that is too long for the kernel is reached through a descriptor of its directory. */
function bind(fd: number, path: string, libc: Libc): void {
  if (Buffer.byteLength(path) <= MAX_PATH_BYTES) return bindTo(path);
  const directory = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    bindTo(`/proc/self/fd/${directory}/${basename(path)}`);
  } finally {
    closeSync(directory);
  }

  function bindTo(shortPath: string): void {
    const address = unixAddress(shortPath);
    if (libc.bind(fd, address, address.length) < 0) throw libc.lastError(`bind to ${path}`);
  }
}
