import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DockerEngine,
  findEngine,
  type ContainerOutcome,
  type ContainerSpec,
  type DockerEngineOptions,
  type OutputSink,
  type RunningContainer,
  type Sandbox,
  type SandboxSpec,
} from '@abaco/engine';
import { buildTestImages, SHELL_IMAGE } from '../support/images.js';

/** What a container has produced so far. */
export class Recorder implements OutputSink {
  readonly chunks: Buffer[] = [];
  readonly results: Buffer[] = [];

  log(chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  result(datagram: Buffer): void {
    this.results.push(datagram);
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }
}

export interface Run {
  readonly outcome: ContainerOutcome;
  readonly text: string;
  readonly results: readonly Buffer[];
  readonly container: RunningContainer;
}

/** A Docker engine with directories and an instance label of its own; `close` checks that nothing is left over. */
export class EngineFixture {
  private readonly sandboxes: Sandbox[] = [];
  private count = 0;

  private constructor(
    readonly engine: DockerEngine,
    readonly directory: string,
    readonly instance: string,
    readonly url: string,
  ) {}

  static async open(options: Partial<DockerEngineOptions> = {}): Promise<EngineFixture> {
    const url = await findEngine();
    await buildTestImages(url);
    const directory = mkdtempSync(join(tmpdir(), 'abaco-engine-'));
    const engine = await connectTo(directory, { url, ...options });
    return new EngineFixture(engine, directory, `test-${randomBytes(4).toString('hex')}`, url);
  }

  /** A second engine object over the same directories, as a restarted process has it. */
  connectAgain(options: Partial<DockerEngineOptions> = {}): Promise<DockerEngine> {
    return connectTo(this.directory, { url: this.url, ...options });
  }

  async openSandbox(network: SandboxSpec['network'] = 'none'): Promise<Sandbox> {
    const worker = `w${this.sandboxes.length}`;
    const labels = { instance: this.instance, tenant: 'TEST', actor: 'TEST_actor', worker };
    const sandbox = await this.engine.openSandbox({ labels, network });
    this.sandboxes.push(sandbox);
    return sandbox;
  }

  /** A shell script's specification, unless overridden. */
  spec(script: string, overrides: Partial<ContainerSpec> = {}): ContainerSpec {
    const execution = `TEST_actor_${this.instance}x${++this.count}`; // names a container: others run beside this one
    const labels = {
      instance: this.instance,
      tenant: 'TEST',
      actor: 'TEST_actor',
      worker: 'w0',
      execution,
      attempt: 1,
    };
    return { image: SHELL_IMAGE, labels, environment: { MSG: script }, ...overrides };
  }

  /** Runs to the end and removes the container. */
  async run(spec: ContainerSpec, sandbox: Sandbox): Promise<Run> {
    const recorder = new Recorder();
    const container = await this.engine.start(spec, sandbox, recorder);
    const outcome = await container.outcome;
    await container.remove();
    return { outcome, text: recorder.text, results: recorder.results, container };
  }

  /** @returns descriptions of what should not be there any more */
  async close(): Promise<string[]> {
    for (const sandbox of this.sandboxes) await sandbox.close();
    const containers = (await this.engine.find(this.instance)).map(({ id, state }) => `container ${id} ${state}`);
    await this.engine.close();
    const files = existsSync(this.directory)
      ? readdirSync(this.directory, { recursive: true, withFileTypes: true })
          .filter((entry) => !entry.isDirectory() || /^w\d+$/.test(entry.name))
          .map((entry) => `file ${join(entry.parentPath, entry.name)}`)
      : [];
    rmSync(this.directory, { recursive: true, force: true });
    return [...containers, ...files];
  }
}

function connectTo(directory: string, options: Partial<DockerEngineOptions>): Promise<DockerEngine> {
  return DockerEngine.connect({ socketDir: join(directory, 'sockets'), fifoDir: join(directory, 'fifos'), ...options });
}
