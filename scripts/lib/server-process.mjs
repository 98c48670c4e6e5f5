import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { SERVER_ENTRY } from './build.mjs';
import { until } from './condition.mjs';
import { Failure } from './failure.mjs';

const HOST = '127.0.0.1';
const READY_TIMEOUT_MS = 60_000;
/** Longer than the server's own limit for draining. */
const STOP_TIMEOUT_MS = 60_000;

/** @throws Failure when something listens on the port already */
export async function requireFreePort(port) {
  const probe = createServer();
  await new Promise((resolve, reject) => {
    probe.once('error', (cause) => {
      const reason = cause.code === 'EADDRINUSE' ? 'is already in use' : `cannot be used (${cause.code})`;
      const remedy = 'Choose another one:  npm run quickstart -- --port 8001';
      reject(new Failure(`Port ${port} of ${HOST} ${reason}.`, { remedy, cause }));
    });
    probe.listen(port, HOST, () => probe.close(resolve));
  });
}

/** The built server as a child process with the embedded store and broker. */
export class ServerProcess {
  #child;
  #log;
  #hasExited = false;
  #onExit = [];

  /** `http://127.0.0.1:<port>` */
  url;

  /** @param environment overrides of single options, `ABACO__SECTION__OPTION` */
  constructor({ port, dataDirectory, engineUrl, log, environment = {} }) {
    this.url = `http://${HOST}:${port}`;
    this.#log = log;
    mkdirSync(path.dirname(log), { recursive: true, mode: 0o700 });
    const output = openSync(log, 'w');
    this.#child = spawn(process.execPath, [SERVER_ENTRY], {
      // A process group of its own: Ctrl-C reaches it once, through `stop`, and not also from the terminal.
      detached: true,
      stdio: ['ignore', output, output],
      env: {
        ...process.env,
        ABACO__GENERAL__DATA_DIR: dataDirectory,
        ABACO__WEB__HOST: HOST,
        ABACO__WEB__PORT: String(port),
        ABACO__DOCKER__DD: engineUrl,
        ABACO__STORE__MONGO_HOST: '',
        ABACO__STORE__MONGO_URI: '',
        ABACO__RABBIT__URI: '',
        ...environment,
      },
    });
    closeSync(output);
    const ended = () => {
      this.#hasExited = true;
      for (const listener of this.#onExit.splice(0)) listener();
    };
    this.#child.once('error', ended).once('exit', ended);
  }

  get pid() {
    return this.#child.pid;
  }

  get hasExited() {
    return this.#hasExited;
  }

  /** Resolves when the process has ended, whatever the reason. */
  exited() {
    return this.#hasExited ? Promise.resolve() : new Promise((resolve) => this.#onExit.push(resolve));
  }

  /** Waits until the server says that it is ready. @throws Failure with the end of its log */
  async ready() {
    let answer = 'nothing listens';
    const isReady = async () => {
      if (this.#hasExited) return true;
      try {
        const response = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(5000) });
        answer = `HTTP ${response.status} ${await response.text()}`;
        return response.ok;
      } catch {
        return false; // not listening yet: the deadline decides
      }
    };
    const ready = await until(isReady, { timeoutMs: READY_TIMEOUT_MS });
    if (this.#hasExited) throw this.failure('The server ended while starting');
    if (!ready)
      throw this.failure(`The server is not ready after ${READY_TIMEOUT_MS / 1000} s (/health/ready: ${answer})`);
  }

  failure(what) {
    return new Failure(`${what}.`, { log: this.#log, remedy: `The whole log: ${this.#log}` });
  }

  /** SIGTERM lets it finish what runs; SIGKILL after a minute. Resolves when it has ended. Idempotent. */
  async stop() {
    if (this.#hasExited) return;
    this.#child.kill('SIGTERM');
    const hard = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.exited();
    clearTimeout(hard);
  }
}
