import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DockerEngine, findEngine, type ContainerSpec, type OutputSink } from '@abaco/engine';
import { compiled } from '../support/compiled.js';
import { eventually } from '../support/eventually.js';
import { buildTestImages, SHELL_IMAGE } from '../support/images.js';

const root = new URL('../../', import.meta.url);

describe('a process that is killed while its container runs', () => {
  let directory: string;
  let options: { url: string; socketDir: string; fifoDir: string };
  let engine: DockerEngine;
  let child: ChildProcess;
  const instance = `crash-${process.pid}`;

  beforeAll(async () => {
    const url = await findEngine();
    await buildTestImages(url);
    directory = mkdtempSync(join(tmpdir(), 'abaco-crash-'));
    options = { url, socketDir: join(directory, 's'), fifoDir: join(directory, 'f') };
    engine = await DockerEngine.connect(options);
  });

  afterAll(async () => {
    child.kill('SIGKILL');
    for (const { id } of await engine.find(instance)) await engine.remove(id);
    await engine.close();
    rmSync(directory, { recursive: true });
  });

  /** Runs `script` in a child process that is killed as soon as `untilOutput` was seen. */
  async function crash(script: string, untilOutput: string): Promise<void> {
    const labels = { instance, tenant: 'TEST', actor: 'TEST_a', worker: 'w', execution: 'TEST_a_e', attempt: 1 };
    const spec: ContainerSpec = { image: SHELL_IMAGE, labels, environment: { MSG: script } };
    child = spawn(
      process.execPath,
      [compiled('test/faults/engine-crash-child.ts'), JSON.stringify({ options, spec })],
      { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let seen = '';
    child.stdout?.on('data', (chunk) => (seen += String(chunk)));
    await eventually('output of the container', () => seen.includes(untilOutput));
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  const recorder = (): OutputSink & { text: string } => ({
    text: '',
    log(chunk) {
      this.text += String(chunk);
    },
    result: () => undefined,
  });

  it('loses neither output nor outcome to the one that takes over, which leaves nothing behind', async () => {
    await crash(
      'echo before; while [ ! -e /tmp/go ]; do sleep 0.1; [ $((n = n + 1)) -gt 20 ] && break; done; echo after; exit 5',
      'before',
    );
    const found = await engine.find(instance);
    const execution = found.find(({ labels }) => labels.execution !== undefined);
    const sandbox = found.find(({ labels }) => labels.execution === undefined);
    if (!execution || !sandbox) throw new Error('The containers of the killed process were not found.');
    expect(execution).toMatchObject({ state: 'running', labels: { execution: 'TEST_a_e', attempt: 1, worker: 'w' } });

    const sink = recorder();
    const adopted = await engine.adopt(execution, sink);
    const outcome = await adopted.outcome;
    expect(outcome).toMatchObject({ exitCode: 5, statistics: 'cgroup' });
    expect(outcome.cpuNs).toBeGreaterThan(1_000_000);
    expect(sink.text).toBe('before\nafter\n');

    await adopted.remove();
    await engine.remove(sandbox.id);
    expect(await engine.find(instance)).toEqual([]);
    expect(readdirSync(join(options.socketDir, 'w'))).toEqual([]);
  });
});
