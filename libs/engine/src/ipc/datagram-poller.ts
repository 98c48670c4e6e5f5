import { EFD_CLOEXEC, EFD_NONBLOCK, EPOLL_CLOEXEC, EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLLIN, type Libc } from './libc.js';

/** `struct epoll_event` is packed on x86-64 alone: 32 bits of events, then 64 bits of data that begin at byte 4 or 8. */
const EVENT = process.arch === 'x64' ? { size: 12, dataAt: 4 } : { size: 16, dataAt: 8 };
/** Events taken at once; more come with the next call. */
const CAPACITY = 64;
/** Milliseconds. Bounds how long a process that exits waits for the thread; nothing else depends on it. */
const WAIT_LIMIT = 250;

/**
 * Calls back when sockets have something to read: one epoll set for all of them, waited for on ONE thread of libuv's pool, and only
 * while there are sockets. So an idle socket costs no CPU and a datagram is seen at once. (A timer that tries each socket would do
 * neither; libuv itself cannot watch Unix datagram sockets.)
 */
export class DatagramPoller {
  private readonly readers = new Map<number, () => void>();
  private readonly epoll: number;
  private readonly wakeUp: number;
  private readonly events = Buffer.alloc(EVENT.size * CAPACITY);
  private loop: Promise<void> | undefined;
  private closed = false;

  /** @param failed is told when a socket could not be read, which ends its part, or when waiting itself failed */
  constructor(
    private readonly libc: Libc,
    private readonly failed: (error: unknown) => void,
  ) {
    this.epoll = libc.epollCreate(EPOLL_CLOEXEC);
    if (this.epoll < 0) throw libc.lastError('epoll_create1');
    this.wakeUp = libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (this.wakeUp < 0) throw libc.lastError('eventfd');
    this.control(EPOLL_CTL_ADD, this.wakeUp);
  }

  /** `readable` is called again and again until it has read everything. */
  add(fd: number, readable: () => void): void {
    this.control(EPOLL_CTL_ADD, fd);
    this.readers.set(fd, readable);
    this.loop ??= this.run()
      .catch(this.failed)
      .finally(() => {
        this.loop = undefined;
      });
  }

  /** Must come before the descriptor is closed. */
  remove(fd: number): void {
    if (!this.readers.delete(fd)) return;
    this.control(EPOLL_CTL_DEL, fd);
    if (this.readers.size === 0) this.wake();
  }

  /** Ends the thread's wait. Idempotent. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.readers.clear();
    this.wake();
    await this.loop;
    this.libc.close(this.epoll);
    this.libc.close(this.wakeUp);
  }

  private async run(): Promise<void> {
    while (this.readers.size > 0) {
      const count = await this.libc.epollWait(this.epoll, this.events, CAPACITY, WAIT_LIMIT);
      for (let i = 0; i < count; i++) {
        const fd = this.events.readInt32LE(i * EVENT.size + EVENT.dataAt);
        if (fd === this.wakeUp) this.libc.read(this.wakeUp, Buffer.alloc(8), 8);
        else this.call(fd);
      }
    }
  }

  private call(fd: number): void {
    try {
      this.readers.get(fd)?.();
    } catch (error) {
      this.remove(fd); // else it would be reported as readable for ever
      this.failed(error);
    }
  }

  private control(operation: number, fd: number): void {
    const event = Buffer.alloc(EVENT.size);
    event.writeUInt32LE(EPOLLIN, 0);
    event.writeInt32LE(fd, EVENT.dataAt);
    if (this.libc.epollControl(this.epoll, operation, fd, event) < 0) throw this.libc.lastError('epoll_ctl');
  }

  private wake(): void {
    const one = Buffer.alloc(8);
    one[0] = 1;
    this.libc.write(this.wakeUp, one, 8);
  }
}
