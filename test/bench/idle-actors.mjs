import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ServerProcess } from '../../scripts/lib/server-process.mjs';
import { ECHO_IMAGE } from './bench-images.mjs';
import { median, memoryOf, processCpuMs } from './figures.mjs';
import { freePort } from './free-port.mjs';
import { JsonClient } from './json-client.mjs';

/** Registrations under way at a time. */
const AT_ONCE = 8;

/** A data directory that servers are started on, one after the other. */
class Instance {
  #directory = mkdtempSync(path.join(tmpdir(), 'abaco-idle-'));
  #engineUrl;
  #hostId;

  constructor(engineUrl, name) {
    this.#engineUrl = engineUrl;
    this.#hostId = `bench-${process.pid}-${name}`;
  }

  /** Starts the built server, lets `use` work with it, and stops it. `use` gets it and the milliseconds until it was ready. */
  async run(use) {
    const server = new ServerProcess({
      port: await freePort(),
      dataDirectory: this.#directory,
      engineUrl: this.#engineUrl,
      log: path.join(this.#directory, 'server.log'),
      environment: { ABACO__SPAWNER__HOST_ID: this.#hostId, ABACO__WORKERS__INIT_COUNT: '0' },
    });
    const spawned = performance.now();
    try {
      await server.ready();
      return await use(server, performance.now() - spawned);
    } finally {
      await server.stop();
    }
  }

  async register(actors, status) {
    await this.run(async (server) => {
      const client = new JsonClient(server.url);
      let registered = 0;
      const lane = async () => {
        while (registered < actors) {
          const number = ++registered;
          if (number % 500 === 0) status(`registering: ${number} of ${actors} actors`);
          await client.post('/actors', { image: ECHO_IMAGE, name: `idle-${number}` });
        }
      };
      try {
        await Promise.all(Array.from({ length: AT_ONCE }, lane));
      } finally {
        client.close();
      }
    });
  }

  /** What a fresh server costs that nobody asks for anything. */
  measure({ settleSeconds, idleSeconds }) {
    return this.run(async (server, startMs) => {
      await pause(settleSeconds * 1000);
      const [cpu, since] = [processCpuMs(server.pid), performance.now()];
      await pause(idleSeconds * 1000);
      const cpuPercent = ((processCpuMs(server.pid) - cpu) / (performance.now() - since)) * 100;
      return { startSeconds: startMs / 1000, cpuPercent, ...memoryOf(server.pid) };
    });
  }

  remove() {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

const middle = (runs) =>
  Object.fromEntries(Object.keys(runs[0]).map((key) => [key, median(runs.map((run) => run[key]))]));

/**
 * What registered actors cost that have nothing to do: a server whose store holds `count` of them beside one on an empty store, in
 * turns, each a process of its own that is started `rounds` times.
 * @returns the medians of both: `startSeconds` from the spawn to the first ready answer; `cpuPercent` of one core over `idleSeconds`;
 * memory as `memoryOf` tells it
 */
export async function idleActors({ engineUrl, count, rounds, settleSeconds, idleSeconds, status }) {
  const [none, many] = [new Instance(engineUrl, 'none'), new Instance(engineUrl, 'many')];
  try {
    await many.register(count, status);
    const runs = { none: [], many: [] };
    for (let round = 1; round <= rounds; round++) {
      for (const [name, instance] of Object.entries({ none, many })) {
        status(`round ${round} of ${rounds}: ${name === 'none' ? 'no actor' : `${count} actors`}`);
        runs[name].push(await instance.measure({ settleSeconds, idleSeconds }));
      }
    }
    return { count, none: middle(runs.none), many: middle(runs.many) };
  } finally {
    none.remove();
    many.remove();
  }
}
