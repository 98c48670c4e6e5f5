import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { compiled } from './compiled.js';
import { eventually } from './eventually.js';
import { type NodeStart, plainStart } from './node-start.js';

/** Below the ports that Linux gives to outgoing connections (32768 to 60999): none of them takes that of a server that is down for a while. */
const [FIRST_PORT, LAST_PORT] = [20_000, 32_000];

/** A free port of the loopback interface, at the moment of asking. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    const server = createServer();
    server.listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      continue; // somebody listens there
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}

/** The real server in a process of its own, from the sources. */
export class ServerProcess {
  private output = '';

  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {
    const keep = (chunk: Buffer): void => {
      this.output = (this.output + chunk.toString()).slice(-200_000);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
  }

  /** Starts a server and waits until it is ready. */
  static async start(
    settings: Record<string, string>,
    port?: number,
    node: NodeStart = plainStart,
  ): Promise<ServerProcess> {
    const server = await this.spawn(settings, port, node);
    await eventually(
      'the server is ready',
      async () => {
        if (server.exitCode !== null) throw new Error(`it ended with ${server.exitCode}: ${server.log}`);
        return (await fetch(`${server.url}/health/ready`)).ok;
      },
      60_000,
    ).catch(async (error: Error) => {
      await server.kill();
      throw new Error(`${error.message}\n${server.log}`);
    });
    return server;
  }

  /** Starts a server that may fail to start. `settings` maps `section.option` to values. */
  static async spawn(
    settings: Record<string, string>,
    port?: number,
    node: NodeStart = plainStart,
  ): Promise<ServerProcess> {
    const listenOn = port ?? (await freePort());
    const env: NodeJS.ProcessEnv = { ...process.env, ...node.environment, ABACO__WEB__PORT: String(listenOn) };
    delete env.NODE_OPTIONS;
    for (const [option, value] of Object.entries(settings)) {
      env[`ABACO__${option.replace('.', '__').toUpperCase()}`] = value;
    }
    const child = spawn(process.execPath, [...node.nodeArguments, compiled('apps/server/src/main.ts')], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new ServerProcess(`http://127.0.0.1:${listenOn}`, child);
  }

  get log(): string {
    return this.output;
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('The server was not started.');
    return this.child.pid;
  }

  get exitCode(): number | null {
    return this.child.exitCode;
  }

  /** Waits for the process to end by itself. */
  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'close');
    return this.child.exitCode;
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended();
  }

  /** SIGTERM. @returns the exit code */
  async stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.ended();
  }

  /** One request. @returns the envelope's result, with the HTTP status */
  async call<T>(method: string, path: string, body?: unknown): Promise<{ status: number; message: string; result: T }> {
    const binary = Buffer.isBuffer(body);
    const response = await fetch(this.url + path, {
      method,
      ...(body === undefined
        ? {}
        : {
            body: binary ? new Uint8Array(body) : JSON.stringify(body),
            headers: { 'content-type': binary ? 'application/octet-stream' : 'application/json' },
          }),
    });
    const envelope = (await response.json()) as { message: string; result: T };
    return { status: response.status, message: envelope.message, result: envelope.result };
  }
}
