import { readdirSync } from 'node:fs';
import type { DockerEngine, FoundContainer, Sandbox } from '@abaco/engine';
import { BINARY_IMAGE } from '../support/images.js';
import { eventually } from '../support/eventually.js';
import { EngineFixture, Recorder } from './engine-fixture.js';

describe('taking a container over', () => {
  let fixture: EngineFixture;
  let sandbox: Sandbox;
  let second: DockerEngine;

  beforeAll(async () => {
    fixture = await EngineFixture.open();
    sandbox = await fixture.openSandbox('bridge');
    second = await fixture.connectAgain();
  });

  afterAll(async () => {
    await second.close();
    expect(await fixture.close()).toEqual([]);
  });

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
