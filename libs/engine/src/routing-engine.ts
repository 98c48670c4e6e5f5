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
} from './execution-engine.js';
import type { RegistryCredentials } from './image/registry-credentials.js';
import { FunctionSandbox, type FunctionEngine } from './function/function-engine.js';
import type { FunctionRegistry } from './function/function-registry.js';

/** Runs images that name a function of this process here, and all others in containers. */
export class RoutingEngine implements ExecutionEngine {
  constructor(
    private readonly containers: ExecutionEngine,
    private readonly inProcess: FunctionEngine,
    private readonly functions: FunctionRegistry,
  ) {}

  info(): Promise<EngineInfo> {
    return this.containers.info();
  }

  findImage(image: string): Promise<EngineImage | undefined> {
    return this.functions.serves(image) ? this.inProcess.findImage(image) : this.containers.findImage(image);
  }

  pullImage(image: string, credentials?: RegistryCredentials): Promise<PulledImage> {
    return this.functions.serves(image)
      ? this.inProcess.pullImage(image)
      : this.containers.pullImage(image, credentials);
  }

  removeImage(id: string, names: readonly string[]): Promise<'removed' | 'named' | 'used'> {
    return this.functions.serves(id) ? this.inProcess.removeImage() : this.containers.removeImage(id, names);
  }

  openSandbox(spec: SandboxSpec): Promise<Sandbox> {
    const isFunction = spec.image !== undefined && this.functions.serves(spec.image);
    return isFunction ? this.inProcess.openSandbox(spec) : this.containers.openSandbox(spec);
  }

  start(spec: ContainerSpec, sandbox: Sandbox, sink: OutputSink): Promise<RunningContainer> {
    const engine = sandbox instanceof FunctionSandbox ? this.inProcess : this.containers;
    return engine.start(spec, sandbox, sink);
  }

  /** Functions end with their process: only containers can be found. */
  find(instance: string): Promise<FoundContainer[]> {
    return this.containers.find(instance);
  }

  adopt(container: FoundContainer, sink: OutputSink): Promise<RunningContainer> {
    return this.containers.adopt(container, sink);
  }

  remove(containerId: string): Promise<void> {
    return this.containers.remove(containerId);
  }

  async removeStrayFiles(): Promise<readonly string[]> {
    return (await this.containers.removeStrayFiles?.()) ?? [];
  }

  async close(): Promise<void> {
    await this.inProcess.close();
    await this.containers.close();
  }
}
