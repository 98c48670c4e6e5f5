import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatagramPoller } from './datagram-poller.js';
import { AF_UNIX, loadLibc, SOCK_DGRAM, unixAddress, type Libc } from './libc.js';
import { MAX_RESULT_BYTES, ResultsSocket } from './results-socket.js';

describe('ResultsSocket', () => {
  let libc: Libc;
  let poller: DatagramPoller;
  let directory: string;
  let failures: unknown[];

  beforeEach(async () => {
    libc = await loadLibc();
    failures = [];
    poller = new DatagramPoller(libc, (error) => failures.push(error));
    directory = mkdtempSync(join(tmpdir(), 'abaco-results-'));
  });

  afterEach(async () => {
    await poller.close();
    rmSync(directory, { recursive: true });
    expect(failures).toEqual([]);
  });

  /** A connected sender; the test never sends more than the kernel queues. */
  const sender = (path: string): { readonly send: (data: Buffer) => void; readonly close: () => void } => {
    const fd = libc.socket(AF_UNIX, SOCK_DGRAM, 0);
    const address = unixAddress(path);
    expect(libc.connect(fd, address, address.length)).toBe(0);
    return {
      send: (data) => expect(libc.write(fd, data, data.length)).toBe(data.length),
      close: () => void libc.close(fd),
    };
  };

  const received = (socketPath: string, count: number): { all: Promise<Buffer[]>; socket: ResultsSocket } => {
    const seen: Buffer[] = [];
    let socket!: ResultsSocket;
    const all = new Promise<Buffer[]>((resolve) => {
      socket = ResultsSocket.open(socketPath, libc, poller, (datagram) => {
        if (seen.push(datagram) === count) resolve(seen);
      });
    });
    return { all, socket };
  };

  it('is open to everyone and receives datagrams in order', async () => {
    const path = join(directory, 'a.sock');
    const { all, socket } = received(path, 3);
    expect(statSync(path).mode & 0o777).toBe(0o777);
    const { send, close } = sender(path);
    for (const text of ['one', '', 'three']) send(Buffer.from(text));
    expect((await all).map(String)).toEqual(['one', '', 'three']);
    close();
    socket.close();
    socket.close();
    expect(existsSync(path)).toBe(false);
  });

  it('cuts a datagram at 131,072 bytes', async () => {
    const path = join(directory, 'a.sock');
    const { all, socket } = received(path, 2);
    const { send, close } = sender(path);
    send(Buffer.alloc(MAX_RESULT_BYTES, 1));
    send(Buffer.alloc(MAX_RESULT_BYTES + 1000, 2));
    expect((await all).map(({ length }) => length)).toEqual([MAX_RESULT_BYTES, MAX_RESULT_BYTES]);
    close();
    socket.close();
  });

  it('hands over at once what the kernel holds', () => {
    const path = join(directory, 'a.sock');
    const seen: Buffer[] = [];
    const socket = ResultsSocket.open(path, libc, poller, (datagram) => seen.push(datagram));
    const { send, close } = sender(path);
    for (let i = 0; i < 9; i++) send(Buffer.from([i]));
    socket.drain();
    expect(Buffer.concat(seen)).toEqual(Buffer.from([0, 1, 2, 3, 4, 5, 6, 7, 8]));
    close();
    socket.close();
  });

  it('takes the place of a stale file', () => {
    const path = join(directory, 'a.sock');
    writeFileSync(path, 'stale');
    const socket = ResultsSocket.open(path, libc, poller, () => undefined);
    sender(path).close();
    socket.close();
  });

  it('tells when its directory is missing', () => {
    expect(() => ResultsSocket.open('/nowhere/a.sock', libc, poller, () => undefined)).toThrow(
      /bind to \/nowhere\/a.sock/,
    );
  });

  it('serves many sockets, opened and closed while others wait', async () => {
    for (let round = 0; round < 5; round++) {
      const many = Array.from({ length: 20 }, (_, i) => received(join(directory, `${round}-${i}.sock`), 1));
      for (const { socket } of many) {
        const { send, close } = sender(socket.path);
        send(Buffer.from(socket.path));
        close();
      }
      for (const { all, socket } of many) {
        expect((await all).map(String)).toEqual([socket.path]);
        socket.close();
      }
    }
  });
});
