import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { DockerEngine, EngineUnavailable, type Sandbox } from '@abaco/engine';
import { SLEEP_IMAGE } from '../support/images.js';
import { eventually } from '../support/eventually.js';
import { EngineFixture, Recorder } from './engine-fixture.js';
import { burning } from './support/burning.js';

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
