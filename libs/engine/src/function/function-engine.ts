import { availableParallelism, totalmem } from 'node:os';
import { buffer } from 'node:stream/consumers';
import { ContainerNotStarted } from '../errors.js';
import type {
  ContainerSpec,
  EngineImage,
  EngineInfo,
  ExecutionEngine,
  FoundContainer,
  OutputSink,
  PulledImage,
  RunningContainer,
  Sandbox,
  SandboxSpec,
} from '../execution-engine.js';
import { silentLogger, type EngineLogger } from '../logger.js';
import { NoContainers } from './errors.js';
import type { FunctionCall, FunctionMessage } from './function-context.js';
import { functionName } from './function-image.js';
import { FunctionOutput } from './function-output.js';
import type { FunctionRegistry } from './function-registry.js';
import { FunctionRun } from './function-run.js';

const LOCATION = 'in-process';

/** A function needs no room of its own: this is only the worker's name for it. */
export class FunctionSandbox implements Sandbox {
  readonly id: string;
  readonly location = LOCATION;

  constructor(worker: string) {
    this.id = `function-${worker}`;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * Runs functions of this process in place of containers, with the same outcomes. They are not isolated from each other, nor from the
 * application: memory, processor time and files are shared, so there are no limits but time. A process that ends takes its functions
 * along: nothing can be found or adopted, and their messages are run again.
 */
export class FunctionEngine implements ExecutionEngine {
  private readonly runs = new Set<FunctionRun>();

  constructor(
    private readonly functions: FunctionRegistry,
    private readonly logger: EngineLogger = silentLogger,
  ) {}

  info(): Promise<EngineInfo> {
    return Promise.resolve({
      name: 'functions',
      version: process.version,
      location: LOCATION,
      cpus: availableParallelism(),
      memoryBytes: totalmem(),
    });
  }

  /** @throws FunctionNotFound, NoContainers */
  async findImage(image: string): Promise<EngineImage> {
    if (functionName(image) === undefined) throw new NoContainers(image);
    await Promise.resolve(this.functions.handler(image));
    return { id: image, digest: image, bytes: 0 };
  }

  /** As {@link findImage}: there is nothing to fetch. */
  async pullImage(image: string): Promise<PulledImage> {
    return { ...(await this.findImage(image)), fresh: false };
  }

  removeImage(): Promise<'used'> {
    return Promise.resolve('used');
  }

  openSandbox({ labels }: SandboxSpec): Promise<Sandbox> {
    return Promise.resolve(new FunctionSandbox(labels.worker));
  }

  async start(spec: ContainerSpec, sandbox: Sandbox, sink: OutputSink): Promise<RunningContainer> {
    if (!(sandbox instanceof FunctionSandbox)) throw new TypeError('The sandbox is of another engine.');
    const { call } = spec;
    if (!call) throw new TypeError('A function cannot be started without its call.');
    try {
      const handler = this.functions.handler(spec.image);
      const message = await messageOf(call, spec);
      const output = new FunctionOutput(sink, this.logger);
      const run = new FunctionRun({ handler, call, message, spec, output, logger: this.logger });
      this.runs.add(run);
      void run.outcome.catch(() => undefined).then(() => this.runs.delete(run));
      return run;
    } catch (error) {
      throw new ContainerNotStarted(spec.image, (error as Error).message, { cause: error });
    }
  }

  find(): Promise<FoundContainer[]> {
    return Promise.resolve([]);
  }

  adopt(container: FoundContainer): Promise<RunningContainer> {
    return Promise.reject(new TypeError(`${container.id} is no function of this process: it cannot be adopted.`));
  }

  remove(): Promise<void> {
    return Promise.resolve();
  }

  /** Tells the running functions to end. What becomes of them is unknown: their executions are run again. */
  close(): Promise<void> {
    for (const run of this.runs) run.abandon();
    return Promise.resolve();
  }
}

async function messageOf(
  { message }: FunctionCall,
  { binaryData = Buffer.alloc(0) }: ContainerSpec,
): Promise<FunctionMessage> {
  if (!message) return { kind: 'binary', data: Buffer.isBuffer(binaryData) ? binaryData : await buffer(binaryData) };
  if (message.kind === 'text') return { kind: 'text', text: message.text };
  return { kind: 'json', value: JSON.parse(message.text) as unknown, source: message.text };
}
