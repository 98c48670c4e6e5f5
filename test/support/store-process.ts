import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiled } from './compiled.js';
import { type NodeStart, plainStart } from './node-start.js';

interface StoreOptions {
  readonly node?: NodeStart;
  readonly disk?: string;
}

/** The embedded store in a process of its own, so that it can be killed and comes back where it was. */
export class StoreProcess {
  private constructor(
    private readonly directory: string,
    private child: ChildProcess,
    readonly uri: string,
    private readonly node: NodeStart,
  ) {}

  /**
   * @param options.node how it is started
   * @param options.disk directory below which it keeps its data; default: that for temporary files
   */
  static async start({ node = plainStart, disk = tmpdir() }: StoreOptions = {}): Promise<StoreProcess> {
    const directory = await mkdtemp(join(disk, 'abaco-store-'));
    const { child, uri } = await launch(directory, node);
    return new StoreProcess(directory, child, uri, node);
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('The store was not started.');
    return this.child.pid;
  }

  /** Whether the process lives, for messages about failures. */
  get state(): string {
    const { pid, exitCode, signalCode } = this.child;
    return exitCode === null && signalCode === null ? `lives as ${pid}` : `ended with ${signalCode ?? exitCode}`;
  }

  /** kill -9. Its data stays. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  async restart(): Promise<void> {
    await this.kill();
    this.child = (await launch(this.directory, this.node)).child;
  }

  /** Ends it and removes its data. */
  async stop(): Promise<void> {
    await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }
}

async function launch(
  directory: string,
  { nodeArguments, environment }: NodeStart,
): Promise<{ child: ChildProcess; uri: string }> {
  const env = { ...process.env, ...environment };
  delete env.NODE_OPTIONS;
  const child = spawn(process.execPath, [...nodeArguments, compiled('test/support/run-embedded-store.ts'), directory], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [first] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [Buffer | number];
  if (!Buffer.isBuffer(first)) throw new Error(`The embedded store ended with ${String(first)}`);
  return { child, uri: first.toString().trim() };
}
