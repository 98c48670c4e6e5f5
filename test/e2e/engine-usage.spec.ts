import { createServer, type AddressInfo } from 'node:net';
import { docker } from '../support/docker-cli.js';
import { countDiskWrites } from '../support/disk-accounting.js';
import { median } from '../support/median.js';
import { EngineFixture } from './engine-fixture.js';
import { burning, burningWithPauses } from './support/burning.js';

/** A shell script that prints the bytes which the kernel has counted as written to block devices for its container. */
const countWritten = `
  sum=0
  if [ -r /sys/fs/cgroup/blkio/blkio.throttle.io_service_bytes ]; then
    while read device kind bytes; do [ "$kind" = Write ] && sum=$((sum + bytes)); done < /sys/fs/cgroup/blkio/blkio.throttle.io_service_bytes
  else
    for word in $(cat /sys/fs/cgroup/io.stat); do case $word in wbytes=*) sum=$((sum + \${word#wbytes=}));; esac; done
  fi
  echo $sum`;

describe('what a container uses', () => {
  let fixture: EngineFixture;

  beforeAll(async () => {
    fixture = await EngineFixture.open();
  });

  afterAll(async () => {
    expect(await fixture.close()).toEqual([]);
  });

  describe('usage', () => {
    it.each(['bridge', 'none', 'host'] as const)(
      'is measured on network %s, for short containers too',
      async (network) => {
        const sandbox = await fixture.openSandbox(network);
        const short = await fixture.run(fixture.spec('true'), sandbox);
        expect(short.outcome.statistics).toBe('cgroup');
        expect(short.outcome.cpuNs).toBeGreaterThan(1_000_000);
        expect(short.outcome.cpuNs).toBeLessThan(1_000_000_000);
      },
    );

    it.each([
      ['50 ms of CPU', 50, burning(50)],
      ['some seconds of CPU', 4_000, burning(4_000)],
      ['a container that mostly waits, for more than a minute', 3_000, burningWithPauses(3_000, 30)],
    ])(
      'is within 10 % of what the kernel counted, for %s',
      async (_what, milliseconds, script) => {
        const sandbox = await fixture.openSandbox();
        const { outcome, text } = await fixture.run(fixture.spec(script), sandbox);
        const counted = Number(text);
        expect(counted).toBeGreaterThanOrEqual(milliseconds * 1e6);
        expect(outcome.cpuNs).toBeGreaterThanOrEqual(counted * 0.98);
        expect(outcome.cpuNs).toBeLessThanOrEqual(counted * 1.1);
      },
      150_000,
    );
  });

  it('a limit of CPU makes it take longer', async () => {
    const sandbox = await fixture.openSandbox();
    const time = "cut -d' ' -f1 /proc/uptime";
    const script = `${time}; ${burning(250)}; ${time}`;
    const { text } = await fixture.run(fixture.spec(script, { nanoCpus: 100_000_000 }), sandbox);
    const [from, , to] = text.split('\n').map(Number);
    // a tenth of a CPU; what starting took of the 250 ms comes first
    expect((to ?? 0) - (from ?? Infinity)).toBeGreaterThan(1);
  });

  describe('memory and transfers', () => {
    beforeAll(async () => countDiskWrites((await docker(['info', '--format', '{{.DockerRootDir}}'])).trim()));

    it('are what the execution took, and not what others of its worker did', async () => {
      const sandbox = await fixture.openSandbox('bridge');
      const mebibyte = 1024 * 1024;
      const big = await fixture.run(fixture.spec('dd if=/dev/zero of=/dev/shm/x bs=1M count=48 2>/dev/null'), sandbox);
      expect(big.outcome.resources.memoryPeakBytes).toBeGreaterThan(48 * mebibyte);
      expect(big.outcome.resources.memoryPeakBytes).toBeLessThan(64 * mebibyte);
      const small = await fixture.run(fixture.spec('true'), sandbox);
      expect(small.outcome.resources.memoryPeakBytes).toBeGreaterThan(0);
      expect(small.outcome.resources.memoryPeakBytes).toBeLessThan(24 * mebibyte);
      expect(small.outcome.resources).toMatchObject({
        receivedBytes: expect.any(Number) as number,
        sentBytes: expect.any(Number) as number,
        blockReadBytes: expect.any(Number) as number,
        blockWrittenBytes: expect.any(Number) as number,
      });
    });

    it('are within 10 % of what was written by most containers that end right after it, and never more', async () => {
      const written = 4 * 1024 * 1024;
      const sandbox = await fixture.openSandbox();
      const counted: number[] = [];
      for (let run = 0; run < 5; run++) {
        const script = 'dd if=/dev/zero of=/written bs=1M count=4 conv=fsync 2>/dev/null';
        const { resources } = (await fixture.run(fixture.spec(script), sandbox)).outcome;
        counted.push(resources.blockWrittenBytes ?? 0);
      }
      // control groups of version 1 forget with the container's end what was not seen until then: a busy machine may look too late
      expect(median(counted)).toBeGreaterThanOrEqual(written);
      expect(Math.max(...counted)).toBeLessThanOrEqual(written * 1.1);
    });

    it('are within 10 % of what was sent and received, and of what the kernel counted as written', async () => {
      const [down, up, mebibytes] = [4_000_000, 3_000_000, 16];
      const sandbox = await fixture.openSandbox('bridge');
      const gateway = (await fixture.run(fixture.spec("busybox ip route | sed -n 's/^default via //p'"), sandbox)).text;
      const address = gateway.split(' ')[0] ?? '';
      const server = createServer((socket) => {
        let received = 0;
        socket.on('data', (chunk) => {
          received += chunk.length;
          if (received === up) socket.end(Buffer.alloc(down));
        });
      });
      await new Promise<void>((resolve) => server.listen(0, address, resolve));
      const { port } = server.address() as AddressInfo;
      const script =
        `head -c ${up} /dev/zero | busybox nc ${address} ${port} | wc -c; ` +
        `dd if=/dev/zero of=/written bs=1M count=${mebibytes} conv=fsync 2>/dev/null; ${countWritten}`;
      const { outcome, text } = await fixture.run(fixture.spec(script), sandbox);
      server.close();
      const [received, written] = text.split('\n').map(Number);
      expect(received).toBe(down);
      expect(written).toBeGreaterThanOrEqual(mebibytes * 1024 * 1024);
      const { receivedBytes, sentBytes, blockWrittenBytes } = outcome.resources;
      for (const [measured, known] of [
        [receivedBytes, down],
        [sentBytes, up],
        [blockWrittenBytes, written],
      ] as const) {
        expect(measured).toBeGreaterThanOrEqual(known ?? Infinity);
        expect(measured).toBeLessThanOrEqual((known ?? 0) * 1.1);
      }
      expect(outcome.ioBytes).toBe(receivedBytes);
    });
  });
});
