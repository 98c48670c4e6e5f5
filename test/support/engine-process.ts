import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { docker } from './docker-cli.js';
import { eventually } from './eventually.js';

const run = promisify(execFile);

const START_DEADLINE_MS = 60_000;
/** An engine that is asked to stop gives its containers 15 s before it kills them. */
const STOP_DEADLINE_MS = 60_000;

/** How an engine treats the containers that it had when it starts, and when it is stopped. */
export interface EngineStart {
  /** `--live-restore`: they run on without it, and it adopts them. Default false: it stops them. */
  readonly liveRestore?: boolean;
  /** Path of the program that runs its containers; default: runc. */
  readonly runtime?: string;
}

/**
 * A dockerd of its own, beside the machine's, to be killed and stopped: all of its state lies in a directory of its own, its containerd
 * included, and it has neither a bridge nor rules for packets. It has a network namespace of its own, too: a dockerd without a bridge removes
 * `docker0` from the one that it is in, and every other container of the machine with it from the network. Its containers have network
 * `none` or `host`. Needs root.
 */
export class EngineProcess {
  private child: ChildProcess | undefined;

  private constructor(private readonly directory: string) {}

  /** Starts an empty one and waits until it answers. @throws Error when there is no dockerd */
  static async start(options: EngineStart = {}): Promise<EngineProcess> {
    await run('dockerd', ['--version']).catch((cause: unknown) => {
      throw new Error('dockerd is missing. On Debian 12: apt-get install -y --no-install-recommends docker.io', {
        cause,
      });
    });
    const engine = new EngineProcess(await mkdtemp(join(tmpdir(), 'abaco-dockerd-')));
    try {
      await engine.launch(options);
    } catch (error) {
      await engine.cleanUp();
      throw error;
    }
    return engine;
  }

  get socketPath(): string {
    return this.at('docker.sock');
  }

  get url(): string {
    return `unix://${this.socketPath}`;
  }

  /** Starts it again, with everything it had. */
  async restart(options: EngineStart = {}): Promise<void> {
    await this.end('SIGKILL');
    await this.launch(options);
  }

  /** kill -9. Its containers run on. Its containerd, whose parent it is, ends with it. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  /** SIGTERM: unless it was started with `liveRestore` it stops its containers first. */
  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  /** Ends it with all of its containers, and removes what it has kept. @throws Error when containers may be left: nobody else knows of them */
  async remove(): Promise<void> {
    try {
      await this.removeContainers();
    } finally {
      await this.cleanUp();
    }
  }

  private async removeContainers(): Promise<void> {
    if (this.child === undefined) await this.launch({}); // what was killed has left containers that run
    const containers = (await docker(['ps', '-aq'], this.url)).split('\n').filter((id) => id !== '');
    if (containers.length > 0) await docker(['rm', '--force', ...containers], this.url);
  }

  private async cleanUp(): Promise<void> {
    await this.stop();
    // it makes its data a mount of its own, and leaves that
    for (const path of await this.mounts()) await run('umount', ['--lazy', path]);
    await rm(this.directory, { recursive: true, force: true });
  }

  private at(...names: string[]): string {
    return join(this.directory, ...names);
  }

  private async launch({ liveRestore = false, runtime }: EngineStart): Promise<void> {
    await this.forgetPids();
    const log = createWriteStream(this.at('log'), { flags: 'a' });
    const child = spawn(
      'unshare', // becomes dockerd
      [
        '--net',
        'dockerd',
        ...(liveRestore ? ['--live-restore'] : []),
        ...(runtime === undefined ? [] : [`--add-runtime=test=${runtime}`, '--default-runtime=test']),
        '--bridge=none',
        '--iptables=false',
        '--ip6tables=false',
        `--data-root=${this.at('data')}`,
        `--exec-root=${this.at('exec')}`,
        `--pidfile=${this.at('pid')}`,
        `--host=${this.url}`,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    this.child = child;
    const onExit = (): void => void child.kill('SIGTERM');
    process.on('exit', onExit);
    child.on('exit', () => process.off('exit', onExit));
    await eventually(
      'the engine answers',
      async () => {
        if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${await this.log()}`);
        return answers(this.socketPath);
      },
      START_DEADLINE_MS,
    );
  }

  private async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { child } = this;
    if (child === undefined) return;
    this.child = undefined;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const containerd = await this.containerd();
    const ended = once(child, 'exit');
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
    await ended.finally(() => clearTimeout(timer));
    if (containerd !== undefined) await eventually('its containerd has ended', async () => !(await lives(containerd)));
  }

  private async containerd(): Promise<number | undefined> {
    const text = await readFile(this.at('exec', 'containerd', 'containerd.pid'), 'utf8').catch(() => '');
    return text === '' ? undefined : Number(text);
  }

  /** A killed one leaves them, and waits for processes that have ended for as long as nobody has asked how. */
  private async forgetPids(): Promise<void> {
    for (const path of [this.at('pid'), this.at('exec', 'containerd', 'containerd.pid')])
      await rm(path, { force: true });
  }

  private async mounts(): Promise<string[]> {
    const text = await readFile('/proc/self/mounts', 'utf8');
    const paths = text.split('\n').map((line) => line.split(' ')[1] ?? '');
    return paths.filter((path) => path.startsWith(`${this.directory}/`)).reverse();
  }

  private async log(): Promise<string> {
    return (await readFile(this.at('log'), 'utf8')).slice(-2_000);
  }
}

/** Whether it has not ended: a process that has, and whose end nobody has asked for, is still listed (proc(5), state Z). */
async function lives(pid: number): Promise<boolean> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text !== '' && !/\) [ZX] /.test(text);
}

async function answers(socketPath: string): Promise<boolean> {
  await stat(socketPath);
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, path: '/_ping' }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asking.on('error', reject);
    asking.end();
  });
}
