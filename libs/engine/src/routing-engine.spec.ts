import { jest } from '@jest/globals';
import type { ContainerSpec, ExecutionEngine, OutputSink, Sandbox } from './execution-engine.js';
import { FunctionEngine } from './function/function-engine.js';
import { FunctionRegistry } from './function/function-registry.js';
import { RoutingEngine } from './routing-engine.js';

const labels = { instance: 'i', tenant: 'DEV', actor: 'DEV_a', worker: 'w', execution: 'DEV_a_e', attempt: 1 };
const sink: OutputSink = { log: () => undefined, result: () => undefined };

/** Says what it was asked for. */
class ContainersOnly {
  readonly asked: string[] = [];
  readonly sandbox: Sandbox = { id: 'container', close: () => Promise.resolve() };
  private ask<R>(what: string, answer: R): Promise<R> {
    this.asked.push(what);
    return Promise.resolve(answer);
  }
  findImage = (image: string) => this.ask(`findImage ${image}`, undefined);
  pullImage = (image: string) => this.ask(`pullImage ${image}`, undefined);
  openSandbox = () => this.ask('openSandbox', this.sandbox);
  start = ({ image }: ContainerSpec) => this.ask(`start ${image}`, {});
  find = () => this.ask('find', []);
  removeStrayFiles = () => this.ask('removeStrayFiles', ['/sockets/w/e.sock']);
  close = () => this.ask('close', undefined);
}

describe('RoutingEngine', () => {
  const engineWith = (functions: FunctionRegistry): { engine: RoutingEngine; containers: ContainersOnly } => {
    const containers = new ContainersOnly();
    const engine = new RoutingEngine(
      containers as unknown as ExecutionEngine,
      new FunctionEngine(functions),
      functions,
    );
    return { engine, containers };
  };

  const runOn = async (engine: RoutingEngine, image: string): Promise<void> => {
    if (!(await engine.findImage(image))) await engine.pullImage(image);
    const sandbox = await engine.openSandbox({ labels, network: 'bridge', image });
    const call = { tenant: 'DEV', actorId: 'a', executionId: 'e', message: undefined, state: {}, configs: new Map() };
    const spec = { image, labels, environment: {}, call: { ...call, setState: () => Promise.resolve() } };
    await engine.start(spec, sandbox, sink);
  };

  it('runs functions without asking for containers', async () => {
    const handler = jest.fn();
    const { engine, containers } = engineWith(new FunctionRegistry({ f: handler }));
    await runOn(engine, 'function:f');
    await new Promise((resolve) => setImmediate(resolve));
    expect(handler).toHaveBeenCalledTimes(1);
    expect(containers.asked).toEqual([]);
    await expect(engine.pullImage('function:g')).rejects.toThrow(/no function of that name/);
    expect(containers.asked).toEqual([]);
  });

  it('runs everything else in containers', async () => {
    const { engine, containers } = engineWith(new FunctionRegistry({ f: () => undefined }));
    await runOn(engine, 'busybox:1');
    await engine.find('i');
    expect(await engine.removeStrayFiles()).toEqual(['/sockets/w/e.sock']);
    await engine.close();
    expect(containers.asked).toEqual([
      'findImage busybox:1',
      'pullImage busybox:1',
      'openSandbox',
      'start busybox:1',
      'find',
      'removeStrayFiles',
      'close',
    ]);
  });

  it('takes function:… for an image like any other when there are no functions', async () => {
    const { engine, containers } = engineWith(new FunctionRegistry());
    await runOn(engine, 'function:f');
    expect(containers.asked).toEqual([
      'findImage function:f',
      'pullImage function:f',
      'openSandbox',
      'start function:f',
    ]);
  });
});
