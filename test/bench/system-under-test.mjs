import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { until } from '../../scripts/lib/condition.mjs';
import { ServerProcess } from '../../scripts/lib/server-process.mjs';
import { MEBIBYTE, measured, memoryOf } from './figures.mjs';
import { freePort } from './free-port.mjs';
import { JsonClient } from './json-client.mjs';

const TIMEOUT_MS = 120_000;
const COLLECT_ON_SIGNAL = new URL('./collect-on-signal.mjs', import.meta.url).href;

async function within(what, probe, everyMs) {
  const answer = await until(probe, { timeoutMs: TIMEOUT_MS, everyMs });
  if (!answer) throw new Error(`${what} takes more than ${TIMEOUT_MS / 1000} s.`);
  return answer;
}

/** Servers of this process. */
let started = 0;

const environmentOf = (settings) =>
  Object.fromEntries(
    Object.entries(settings).map(([option, value]) => [
      `ABACO__${option.replace('.', '__').toUpperCase()}`,
      `${value}`,
    ]),
  );

/** The built server as users run it, with its embedded store and broker in a directory of its own. */
export class SystemUnderTest {
  #directory;
  #server;
  #client;
  /** The registered actors' workers, by id. */
  #actors = new Map();

  /**
   * @param settings options that are not the default, `{'spawner.max_workers_per_host': 100}`
   * @param collectable whether its garbage can be collected from here
   */
  static async start(engineUrl, settings = {}, { collectable = false } = {}) {
    const system = new SystemUnderTest();
    system.#directory = mkdtempSync(path.join(tmpdir(), 'abaco-bench-'));
    system.#server = new ServerProcess({
      port: await freePort(),
      dataDirectory: system.#directory,
      engineUrl,
      log: path.join(system.#directory, 'server.log'),
      environment: {
        ...environmentOf({ 'spawner.host_id': `bench-${process.pid}-${++started}`, ...settings }),
        ...(collectable ? { NODE_OPTIONS: `--import ${COLLECT_ON_SIGNAL}`, ABACO_BENCH_HEAP: system.#heapFile } : {}),
      },
    });
    await system.#server.ready();
    system.#client = new JsonClient(system.#server.url);
    return system;
  }

  get url() {
    return this.#server.url;
  }

  /** Registers an actor that has at most `workers` workers and waits until it is READY. @returns its id */
  async register(image, workers) {
    const { id } = await this.#client.post('/actors', { image, max_workers: workers });
    this.#actors.set(id, workers);
    await within(`Making actor ${id} READY`, async () => {
      const actor = await this.#client.get(`/actors/${id}`);
      if (actor.status === 'ERROR') throw new Error(`Actor ${id}: ${actor.status_message}`);
      return actor.status === 'READY';
    });
    return id;
  }

  /** Registers an actor without waiting for a worker: with `workers.init_count` 0 it gets none. @returns its id */
  async registerCold(image) {
    const { id } = await this.#client.post('/actors', { image });
    this.#actors.set(id, 1);
    return id;
  }

  /** Deletes an actor. */
  async remove(actor) {
    this.#actors.delete(actor);
    await this.#client.delete(`/actors/${actor}`);
  }

  /** Waits until an execution has this status or is over. */
  reached(actor, execution, status, everyMs) {
    return within(
      `Execution ${execution} to ${status}`,
      async () => {
        const found = await this.#client.get(`/actors/${actor}/executions/${execution}`);
        if (found.status === 'ERROR') throw new Error(`Execution ${execution} ended in ERROR.`);
        return [status, 'COMPLETE'].includes(found.status) && found;
      },
      everyMs,
    );
  }

  async post(actor) {
    const { execution_id: execution } = await this.#client.post(`/actors/${actor}/messages`, { message: 'bench' });
    return execution;
  }

  /** One message from the post to COMPLETE. */
  async execute(actor) {
    return this.reached(actor, await this.post(actor), 'COMPLETE', 20);
  }

  /**
   * Posts all messages at once and waits for their executions.
   * @returns what `measured` does, from the first post to the last COMPLETE
   */
  burst(actor, executions) {
    return this.burstOver([actor], executions);
  }

  /**
   * As `burst`, the messages going to several actors in turn. Looking costs CPU that no execution needs: only the ends of the last
   * ones are waited for, those that all workers together may have under way twice over; the others are looked at afterwards.
   */
  async burstOver(actors, executions) {
    const posted = [];
    const lanes = actors.reduce((sum, actor) => sum + this.#actors.get(actor), 0);
    const figures = await measured(executions, this.#server.pid, async () => {
      for (let at = 0; at < executions; at++) {
        const actor = actors[at % actors.length];
        posted.push([actor, await this.post(actor)]);
      }
      for (const [actor, execution] of posted.slice(-2 * lanes)) await this.#completed(actor, execution);
    });
    for (const [actor, execution] of posted.slice(0, -2 * lanes)) {
      const { status } = await this.#client.get(`/actors/${actor}/executions/${execution}`);
      if (status !== 'COMPLETE') throw new Error(`Execution ${execution} is ${status} after ${2 * lanes} later ones.`);
    }
    return figures;
  }

  /** Collects the garbage of a `collectable` server. @returns what `memoryOf` does, and `heapMiB`, the live objects of JavaScript */
  async memoryWithoutGarbage() {
    rmSync(this.#heapFile, { force: true });
    process.kill(this.#server.pid, 'SIGUSR2');
    await within('Collecting garbage', () => existsSync(this.#heapFile), 50);
    const heapMiB = Number(readFileSync(this.#heapFile, 'utf8')) / MEBIBYTE;
    return { ...memoryOf(this.#server.pid), heapMiB };
  }

  get #heapFile() {
    return path.join(this.#directory, 'heap');
  }

  /**
   * Lanes that post a message and wait for its execution before the next one.
   * @returns milliseconds from the accepting answer until the execution's event stream says COMPLETE
   */
  async latencies(actor, lanes, executions) {
    const latencies = [];
    let left = executions;
    const lane = async () => {
      while (left-- > 0) {
        const execution = await this.post(actor);
        const accepted = performance.now();
        await this.#completed(actor, execution);
        latencies.push(performance.now() - accepted);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    return latencies;
  }

  /** Follows the event stream of an execution until it is COMPLETE. */
  async #completed(actor, execution) {
    const ended = ({ status }) => status === 'COMPLETE' || status === 'ERROR';
    const { status } = await this.#client.event(`/actors/${actor}/executions/${execution}/events`, ended);
    if (status !== 'COMPLETE') throw new Error(`Execution ${execution} ended in ERROR.`);
  }

  /** Deletes what was registered, stops the server and removes its data. */
  async stop() {
    try {
      await Promise.all([...this.#actors.keys()].map((actor) => this.#client.delete(`/actors/${actor}`)));
    } finally {
      this.#client.close();
      await this.#server.stop();
      rmSync(this.#directory, { recursive: true, force: true });
    }
  }
}
