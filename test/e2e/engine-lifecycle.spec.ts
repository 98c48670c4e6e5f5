import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { basename, join } from 'node:path';
import { DockerEngine, EngineUnavailable, type FoundContainer, type Sandbox } from '@abaco/engine';
import { BINARY_IMAGE, SLEEP_IMAGE } from '../support/images.js';
import { eventually } from '../support/eventually.js';
import { EngineFixture, Recorder } from './engine-fixture.js';

/** Cgroups of this name in any hierarchy of this machine. */
function cgroupsOf(parent: string): string[] {
  const root = '/sys/fs/cgroup';
  const hierarchies = existsSync(`${root}/cgroup.controllers`)
    ? [root]
    : readdirSync(root).map((name) => `${root}/${name}`);
  const name = basename(parent);
  return hierarchies.flatMap((one) => [join(one, name), join(one, 'abaco.slice', name)]).filter(existsSync);
}

/** A shell script that uses CPU until the kernel has counted so many milliseconds for its container; prints nanoseconds. */
const burning = (milliseconds: number): string => `
  count() {
    if [ -r /sys/fs/cgroup/cpuacct/cpuacct.usage ]; then read n < /sys/fs/cgroup/cpuacct/cpuacct.usage
    else while read name value; do [ $name = usage_usec ] && n=$((value * 1000)); done < /sys/fs/cgroup/cpu.stat; fi
  }
  count
  until [ $n -ge ${milliseconds * 1e6} ]; do
    i=0; while [ $i -lt 300 ]; do i=$((i + 1)); done
    count
  done
  echo $n`;

/** A shell script that prints the bytes which the kernel has counted as written to block devices for its container. */
const countWritten = `
  sum=0
  if [ -r /sys/fs/cgroup/blkio/blkio.throttle.io_service_bytes ]; then
    while read device kind bytes; do [ "$kind" = Write ] && sum=$((sum + bytes)); done < /sys/fs/cgroup/blkio/blkio.throttle.io_service_bytes
  else
    for word in $(cat /sys/fs/cgroup/io.stat); do case $word in wbytes=*) sum=$((sum + \${word#wbytes=}));; esac; done
  fi
  echo $sum`;

describe('a container’s life', () => {
  let fixture: EngineFixture;

  beforeAll(async () => {
    fixture = await EngineFixture.open();
  });

  afterAll(async () => {
    expect(await fixture.close()).toEqual([]);
  });

  describe('stopping', () => {
    let sandbox: Sandbox;

    beforeAll(async () => {
      sandbox = await fixture.openSandbox();
    });

    it('asks with TERM first', async () => {
      const spec = fixture.spec('', { image: SLEEP_IMAGE, environment: { MSG: '60' } });
      const container = await fixture.engine.start(spec, sandbox, new Recorder());
      await Promise.all([container.stop(), container.stop(20_000)]);
      expect((await container.outcome).exitCode).toBe(143);
      await container.stop();
      await container.remove();
    });

    it('kills what does not listen to TERM', async () => {
      const recorder = new Recorder();
      const container = await fixture.engine.start(
        fixture.spec('trap "" TERM; echo deaf; sleep 60'),
        sandbox,
        recorder,
      );
      await eventually('deafness', () => recorder.text.includes('deaf'));
      await container.stop(300);
      expect((await container.outcome).exitCode).toBe(137);
      await container.remove();
    });

    it('keeps the output until then', async () => {
      const recorder = new Recorder();
      const container = await fixture.engine.start(fixture.spec('seq 1 1000; sleep 60'), sandbox, recorder);
      await eventually('the output', () => recorder.text.endsWith('1000\n'));
      await container.stop(0);
      await container.outcome;
      expect(recorder.text.split('\n')).toHaveLength(1001);
      await container.remove();
    });

    it('is the engine’s answer to too much memory', async () => {
      const script = 'x=$(head -c 1000000 /dev/zero | tr "\\000" a); while true; do x="$x$x"; done';
      const { outcome } = await fixture.run(fixture.spec(script, { memoryBytes: 16_000_000 }), sandbox);
      expect(outcome.exitCode).not.toBe(0);
      expect(outcome.state.OOMKilled).toBe(true);
    });
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
        await sandbox.close();
      },
    );

    it.each([
      ['50 ms', 50],
      ['some seconds', 4_000],
    ])('is within 10 % of what the kernel counted, for %s of CPU', async (_much, milliseconds) => {
      const sandbox = await fixture.openSandbox();
      const { outcome, text } = await fixture.run(fixture.spec(burning(milliseconds)), sandbox);
      const counted = Number(text);
      expect(counted).toBeGreaterThanOrEqual(milliseconds * 1e6);
      expect(outcome.cpuNs).toBeGreaterThanOrEqual(counted * 0.98);
      expect(outcome.cpuNs).toBeLessThanOrEqual(counted * 1.1);
      await sandbox.close();
    });
  });

  it('a limit of CPU makes it take longer', async () => {
    const sandbox = await fixture.openSandbox();
    const time = "cut -d' ' -f1 /proc/uptime";
    const script = `${time}; ${burning(250)}; ${time}`;
    const { text } = await fixture.run(fixture.spec(script, { nanoCpus: 100_000_000 }), sandbox);
    const [from, , to] = text.split('\n').map(Number);
    // a tenth of a CPU; what starting took of the 250 ms comes first
    expect((to ?? 0) - (from ?? Infinity)).toBeGreaterThan(1);
    await sandbox.close();
  });

  describe('memory and transfers', () => {
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
      await sandbox.close();
    });

    it('are within 10 % of what was sent and received, and of what the kernel counted as written', async () => {
      const [down, up] = [4_000_000, 3_000_000];
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
        `dd if=/dev/zero of=/written bs=1M count=16 conv=fsync 2>/dev/null; ${countWritten}`;
      const { outcome, text } = await fixture.run(fixture.spec(script), sandbox);
      server.close();
      const [received, written] = text.split('\n').map(Number);
      expect(received).toBe(down);
      const { receivedBytes, sentBytes, blockWrittenBytes } = outcome.resources;
      for (const [measured, known] of [
        [receivedBytes, down],
        [sentBytes, up],
        [blockWrittenBytes, written], // 0 where the disk is none that the kernel accounts for
      ] as const) {
        expect(measured).toBeGreaterThanOrEqual(known ?? Infinity);
        expect(measured).toBeLessThanOrEqual((known ?? 0) * 1.1);
      }
      expect(outcome.ioBytes).toBe(receivedBytes);
      await sandbox.close();
    });
  });

  describe('a sandbox', () => {
    it('gives its executions one network, apart from other sandboxes', async () => {
      const [one, other] = [await fixture.openSandbox('bridge'), await fixture.openSandbox('bridge')];
      const address = async (sandbox: Sandbox): Promise<string> =>
        (await fixture.run(fixture.spec('busybox ip -4 -o addr show eth0'), sandbox)).text;
      const first = await address(one);
      expect(first).toContain('inet ');
      expect(await address(one)).toBe(first);
      expect(await address(other)).not.toBe(first);
    });

    it('has loopback only with network none', async () => {
      const sandbox = await fixture.openSandbox('none');
      const { text } = await fixture.run(fixture.spec('cat /proc/net/dev | tail -n +3 | sed "s/:.*//"'), sandbox);
      expect(text.trim()).toBe('lo');
    });

    it('comes back when its idle container was stopped, or removed', async () => {
      const sandbox = await fixture.openSandbox('bridge');
      const { id } = sandbox;
      await fixture.engine.remove(id);
      expect((await fixture.run(fixture.spec('echo back'), sandbox)).text).toBe('back\n');
      expect(sandbox.id).not.toBe(id);
    });

    it('leaves no container and no cgroup', async () => {
      const sandbox = await fixture.openSandbox('bridge');
      await fixture.run(fixture.spec('true'), sandbox);
      const inspect = ['inspect', '--format', '{{.HostConfig.CgroupParent}}', sandbox.id];
      const parent = execFileSync('docker', inspect, { encoding: 'utf8' }).trim();
      expect(cgroupsOf(parent)).not.toEqual([]);
      await sandbox.close();
      await sandbox.close();
      expect(cgroupsOf(parent)).toEqual([]);
      const ids = (await fixture.engine.find(fixture.instance)).map(({ id }) => id);
      expect(ids).not.toContain(sandbox.id);
    });
  });

  describe('taking over', () => {
    let sandbox: Sandbox;
    let second: DockerEngine;

    beforeAll(async () => {
      sandbox = await fixture.openSandbox('bridge');
      second = await fixture.connectAgain();
    });

    afterAll(() => second.close());

    const foundBy = async (engine: DockerEngine, id: string): Promise<FoundContainer> => {
      const found = (await engine.find(fixture.instance)).find((one) => one.id === id);
      if (!found) throw new Error('The container was not found.');
      return found;
    };

    it('finds labels, sandboxes and ended containers', async () => {
      const spec = fixture.spec('true');
      const container = await fixture.engine.start(spec, sandbox, new Recorder());
      await container.outcome;
      expect(await foundBy(second, container.id)).toEqual({ id: container.id, state: 'exited', labels: spec.labels });
      const { labels } = await foundBy(second, sandbox.id);
      expect(labels.execution).toBeUndefined();
      await container.remove();
    });

    it('follows a running container from its first output to its end', async () => {
      const spec = fixture.spec(
        'seq 1 500; i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done; sleep 1; seq 501 1000; exit 7',
      );
      const lost = new Recorder();
      const container = await fixture.engine.start(spec, sandbox, lost);
      await eventually('the first half', () => lost.text.includes('500\n'));
      const recorder = new Recorder();
      const adopted = await second.adopt(await foundBy(second, container.id), recorder);
      const outcome = await adopted.outcome;
      expect(outcome.exitCode).toBe(7);
      expect(recorder.text).toBe(Array.from({ length: 1000 }, (_, i) => `${i + 1}\n`).join(''));
      expect(outcome.statistics).toBe('cgroup');
      expect(outcome.cpuNs).toBeGreaterThan(10_000_000);
      await container.outcome;
      await adopted.remove();
    });

    it('reads output and outcome of an ended container, and cleans up after it', async () => {
      const spec = fixture.spec('', {
        image: BINARY_IMAGE,
        environment: {},
        binaryData: Buffer.from('twelve bytes'),
        actorState: Buffer.from('{}'),
      });
      const container = await fixture.engine.start(spec, sandbox, new Recorder());
      const expected = await container.outcome;
      const recorder = new Recorder();
      const adopted = await second.adopt(await foundBy(second, container.id), recorder);
      const outcome = await adopted.outcome;
      expect(outcome).toMatchObject({ exitCode: 0, state: expected.state, finishedAt: expected.finishedAt });
      expect(recorder.text).toMatch(/^12\n/);
      await adopted.remove();
      expect(readdirSync(`${fixture.directory}/fifos/w0`)).toEqual([]);
      expect(readdirSync(`${fixture.directory}/sockets/w0`)).toEqual([]);
      await container.remove();
    });

    it('goes on receiving results when this very process had lost the engine', async () => {
      const recorder = new Recorder();
      const script = 'sleep 1; echo -n late | abaco-result';
      const container = await fixture.engine.start(fixture.spec(script), sandbox, new Recorder());
      const adopted = await fixture.engine.adopt(await foundBy(fixture.engine, container.id), recorder);
      await adopted.outcome;
      expect(recorder.results.map(String)).toEqual(['late']);
      await adopted.remove();
    });

    it('stops what it has taken over', async () => {
      const container = await fixture.engine.start(fixture.spec('sleep 60'), sandbox, new Recorder());
      const adopted = await second.adopt(await foundBy(second, container.id), new Recorder());
      await adopted.stop(0);
      expect((await container.outcome).exitCode).toBe(137);
      await Promise.all([adopted.remove(), container.remove(), second.remove(container.id)]);
    });
  });

  it('works with an engine elsewhere: binary messages are copied, statistics are the engine’s own', async () => {
    const sockets = new Set<Socket>();
    let waits = 0;
    const proxy = createServer((client) => {
      client.on('data', (chunk) => {
        if (chunk.includes('/wait?')) waits++;
      });
      const engine = connect(fixture.url.slice('unix://'.length));
      for (const socket of [client, engine]) {
        sockets.add(socket);
        socket.on('error', () => socket.destroy());
      }
      client.pipe(engine).pipe(client);
    });
    proxy.unref();
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const url = `tcp://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const remote = await fixture.connectAgain({ url });
    const labels = { instance: fixture.instance, tenant: 'TEST', actor: 'TEST_actor', worker: 'w9' };
    const sandbox = await remote.openSandbox({ labels, network: 'bridge' });
    const recorder = new Recorder();
    const binaryData = Buffer.alloc(3_000_000, 'a');
    const actorState = Buffer.from('state');
    // the engine samples once a second
    const burn = `wc -c < /_abaco_binary_data; cat /_abaco_actor_state; echo; ${burning(2_000)}; sleep 2.5`;
    const container = await remote.start(fixture.spec(burn, { binaryData, actorState }), sandbox, recorder);
    const outcome = await container.outcome;
    const [bytes, state, counted] = recorder.text.split('\n');
    expect([bytes, state]).toEqual(['3000000', 'state']);
    expect(outcome.statistics).toBe('stats');
    expect(outcome.cpuNs).toBeGreaterThanOrEqual(Number(counted) * 0.9);
    expect(outcome.cpuNs).toBeLessThanOrEqual(Number(counted) * 1.1);
    // the connection dies while a container runs: whether it still runs is unknown
    const running = await remote.start(fixture.spec('sleep 60'), sandbox, new Recorder());
    await eventually('the wait for the second container', () => waits === 2);
    for (const socket of sockets) socket.destroy();
    await expect(running.outcome).rejects.toThrow(EngineUnavailable);
    await Promise.all([container.remove(), running.remove()]);
    await sandbox.close();
    await remote.close();
  });
});

describe('an engine that is not there', () => {
  it('is told at once', async () => {
    const options = { url: 'unix:///nowhere/docker.sock', socketDir: '/tmp', fifoDir: '/tmp' };
    await expect(DockerEngine.connect(options)).rejects.toThrow(EngineUnavailable);
  });

  it('that takes connections and says nothing is given up', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = `tcp://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const connecting = DockerEngine.connect({ url, socketDir: '/tmp', fifoDir: '/tmp' });
    await expect(connecting).rejects.toThrow(/does not answer/);
    silent.close();
  });
});
