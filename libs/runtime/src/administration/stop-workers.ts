import { setTimeout as delay } from 'node:timers/promises';
import type { Store, WorkerRecord } from '@abaco/store';

/** How often is looked whether workers have gone, milliseconds. */
const LOOK_EVERY_MS = 500;

/** What became of the workers that there were. */
export interface StoppedWorkers {
  /** Those that were told to stop. */
  readonly told: number;
  /** Those of hosts that do not live: their records were removed. */
  readonly removed: number;
  /** Those that are still there: they finish their message. */
  readonly left: number;
}

/**
 * Tells every worker of all tenants and hosts to finish its message and go (contract 5.9). Servers that run start new ones when messages
 * wait or come.
 * @param waitMs how long to wait until they are gone
 */
export async function stopWorkers(store: Pick<Store, 'workers' | 'hosts'>, waitMs: number): Promise<StoppedWorkers> {
  let removed = 0;
  for (const host of await store.workers.hosts()) {
    const registered = await store.hosts.find(host);
    // succeeds for a host whose lease has ended, and for no other
    if (registered && !(await store.hosts.remove(host, registered.incarnation))) continue;
    removed += await store.workers.deleteOnHost(host);
  }
  const workers = await store.workers.listAll();
  for (const { actor_id, id } of workers) await store.workers.requestShutdown(actor_id, id);
  const end = performance.now() + waitMs;
  let left = await living(store, workers);
  while (left > 0 && performance.now() < end) {
    await delay(LOOK_EVERY_MS);
    left = await living(store, workers);
  }
  return { told: workers.length, removed, left };
}

async function living({ workers }: Pick<Store, 'workers'>, told: readonly WorkerRecord[]): Promise<number> {
  const now = new Set((await workers.listAll()).map(({ _id }) => _id));
  return told.filter(({ _id }) => now.has(_id)).length;
}
