import { randomUUID } from 'node:crypto';
import type { HostId } from '@abaco/contract';
import type { RuntimeServices } from '../runtime-services.js';

/** How long a dead host cannot come back while one process reaps it, milliseconds. */
const REAP_LEASE_MS = 15_000;

/**
 * Workers of hosts whose lease has ended are gone; their slots become free, and their leases bring their work back. Of several
 * processes one reaps a host: it holds the host's lease meanwhile, so that no worker of a host that has come back is taken for a
 * dead one. A worker whose execution still holds its lease keeps its slot: its container may go on.
 */
export async function reapHosts(
  services: Pick<RuntimeServices, 'store' | 'hostId' | 'logger' | 'telemetry'>,
): Promise<void> {
  const { store, hostId } = services;
  for (const id of await store.workers.hosts()) {
    if (id !== hostId) await reap(services, id);
  }
}

async function reap(
  { store, hostId, logger, telemetry }: Pick<RuntimeServices, 'store' | 'hostId' | 'logger' | 'telemetry'>,
  dead: HostId,
): Promise<void> {
  const incarnation = `reaped by ${hostId}/${randomUUID()}`;
  if (!(await store.hosts.register(dead, '', incarnation, REAP_LEASE_MS))) return; // it lives, or another one reaps it
  const running = await store.executions.workersWithLease(dead);
  const workers = await store.workers.deleteOnDeadHost(dead, running);
  await store.hosts.leave(dead, incarnation);
  await store.hosts.remove(dead, incarnation);
  if (workers === 0) return;
  telemetry.mended?.('host', { host: dead });
  logger.warn({ host: dead, workers }, 'Reaped the workers of a host whose lease has ended');
}
