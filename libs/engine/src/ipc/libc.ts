/** Linux values (uapi `socket.h`, `eventpoll.h`, `errno-base.h`), the same on x86-64 and AArch64. */
export const AF_UNIX = 1;
export const SOCK_DGRAM = 2;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;
export const EPOLL_CLOEXEC = 0o2000000;
export const EFD_NONBLOCK = 0o4000;
export const EFD_CLOEXEC = 0o2000000;
export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;
export const EPOLLIN = 1;
const EAGAIN = 11;
const EINTR = 4;

/** The calls of the C library that Node does not offer. Each returns -1 on failure; `errno` then tells why. */
export interface Libc {
  socket(family: number, type: number, protocol: number): number;
  bind(fd: number, address: Buffer, length: number): number;
  connect(fd: number, address: Buffer, length: number): number;
  /** Bytes received, 0 for an empty datagram. */
  recv(fd: number, target: Buffer, length: number, flags: number): number;
  write(fd: number, source: Buffer, length: number): number;
  read(fd: number, target: Buffer, length: number): number;
  close(fd: number): number;
  eventfd(initial: number, flags: number): number;
  epollCreate(flags: number): number;
  epollControl(epoll: number, operation: number, fd: number, event: Buffer): number;
  /** Runs on a thread of libuv's pool. `events` must stay alive until it settles. */
  epollWait(epoll: number, events: Buffer, capacity: number, timeoutMs: number): Promise<number>;
  /** The last failure was only "nothing there yet" or an interruption. */
  wouldBlock(): boolean;
  /** Words for the last failure. */
  lastError(call: string): Error;
}

let loading: Promise<Libc> | undefined;

/** @throws Error when the C library cannot be called on this platform */
export function loadLibc(): Promise<Libc> {
  return (loading ??= bindLibc());
}

async function bindLibc(): Promise<Libc> {
  const { default: koffi } = await import('koffi');
  const library = koffi.load(null); // the process's own C library, be it glibc or musl
  const declare = <T>(prototype: string): T => library.func(prototype) as unknown as T;
  const epollWait = library.func('int epoll_wait(int, void *, int, int)');
  return {
    socket: declare('int socket(int, int, int)'),
    bind: declare('int bind(int, void *, uint32_t)'),
    connect: declare('int connect(int, void *, uint32_t)'),
    recv: declare('intptr_t recv(int, void *, size_t, int)'),
    write: declare('intptr_t write(int, void *, size_t)'),
    read: declare('intptr_t read(int, void *, size_t)'),
    close: declare('int close(int)'),
    eventfd: declare('int eventfd(unsigned int, int)'),
    epollCreate: declare('int epoll_create1(int)'),
    epollControl: declare('int epoll_ctl(int, int, int, void *)'),
    epollWait: (epoll, events, capacity, timeoutMs) =>
      new Promise((resolve, reject) => {
        epollWait.async(epoll, events, capacity, timeoutMs, (error: Error | null, count: number) =>
          error ? reject(error) : resolve(count),
        );
      }),
    wouldBlock: () => [EAGAIN, EINTR].includes(koffi.errno()),
    lastError: (call) => new Error(`${call} failed with errno ${koffi.errno()}.`),
  };
}

/** `struct sockaddr_un` for a path in the file system. */
export function unixAddress(path: string): Buffer {
  const family = Buffer.alloc(2);
  family.writeUInt16LE(AF_UNIX);
  return Buffer.concat([family, Buffer.from(path), Buffer.alloc(1)]);
}
