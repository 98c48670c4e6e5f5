import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { ServiceUnavailable } from '@abaco/contract';
import type { RuntimeServices } from '../runtime-services.js';
import { HOST_LEASE_MS } from './host-supervisor.js';

/**
 * Registers this process as the compute host `spawner.host_id`. A predecessor that was killed on this machine is replaced at
 * once; one elsewhere keeps the id until its lease has run out.
 * @returns the incarnation: the name of this process's hold on the host id
 * @throws ServiceUnavailable when another living process holds the id
 */
export async function registerHost(services: RuntimeServices): Promise<string> {
  const { store, hostId, config, logger } = services;
  const incarnation = ownIncarnation();
  const giveUp = performance.now() + HOST_LEASE_MS + 5_000;
  for (;;) {
    if (await store.hosts.register(hostId, config.spawner.host_ip, incarnation, HOST_LEASE_MS)) return incarnation;
    const holder = await store.hosts.find(hostId);
    if (holder && isDeadOnThisMachine(holder.incarnation)) {
      await store.hosts.leave(hostId, holder.incarnation);
      continue;
    }
    if (performance.now() > giveUp) {
      throw new ServiceUnavailable(
        `Another running process is the host "${hostId}". Stop it, or give this one another spawner.host_id.`,
      );
    }
    logger.info({ host: hostId }, 'Waiting for the lease of a former process of this host');
    await delay(500);
  }
}

/** `<boot>/<host name>/<pid>/<start time>/<random>` */
function ownIncarnation(): string {
  return [machine(), process.pid, startTime(process.pid) ?? 0, randomUUID()].join('/');
}

function isDeadOnThisMachine(incarnation: string): boolean {
  const [boot, host, pid, start] = incarnation.split('/');
  if (`${boot}/${host}` !== machine()) return false;
  return startTime(Number(pid)) !== Number(start);
}

/** Containers with the same kernel have the same boot id but another host name. */
function machine(): string {
  return `${readOr('/proc/sys/kernel/random/boot_id', 'unknown-boot').trim()}/${hostname()}`;
}

/** Field 22 of /proc/PID/stat (proc(5)): clock ticks after boot; undefined when there is no such process. */
function startTime(pid: number): number | undefined {
  const stat = readOr(`/proc/${pid}/stat`, '');
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = afterName[0];
  if (!stat || state === 'Z' || state === 'X') return undefined;
  return Number(afterName[19]);
}

function readOr(path: string, fallback: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return fallback; // no such process, or no /proc on this system
  }
}
