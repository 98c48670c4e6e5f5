import { type AbacoConfig, parseMount, tenantConfig } from '@abaco/config';
import type { ActorRecord, MountRecord } from '@abaco/store';
import type { Logger } from '../logger.js';
import { mountPath } from './mount-path.js';

/**
 * What an actor's containers get of the host's files (contract 4.5): the tenant's mounts, and those of privileged actors if it is
 * one. Of two with the same host path, or the same place in the container, the later counts. One whose tokens cannot be filled in is
 * left out, with a warning.
 */
export function actorMounts(
  config: AbacoConfig,
  { tenant, owner, tasdir, privileged }: Pick<ActorRecord, 'tenant' | 'owner' | 'tasdir' | 'privileged'>,
  logger: Logger,
): MountRecord[] {
  const { global_mounts, privileged_mounts } = tenantConfig(config, tenant);
  const values = { username: owner, tenant_id: tenant, tasdir };
  let mounts: MountRecord[] = [];
  for (const text of [...global_mounts, ...(privileged ? privileged_mounts : [])]) {
    const template = parseMount(text);
    const host_path = template && mountPath(template.hostPath, values);
    const container_path = template && mountPath(template.containerPath, values);
    if (!template || host_path === undefined || container_path === undefined) {
      logger.warn({ tenant, owner, mount: text }, 'An actor goes without a mount: a token has no value that fits');
      continue;
    }
    mounts = mounts.filter((other) => other.host_path !== host_path && other.container_path !== container_path);
    mounts.push({ host_path, container_path, mode: template.mode });
  }
  return mounts;
}
