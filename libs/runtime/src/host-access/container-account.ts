import { type AbacoConfig, ownTenantConfig, tenantConfig } from '@abaco/config';
import type { TenantId } from '@abaco/contract';
import type { Logger } from '../logger.js';
import type { DirectoryService, PosixAccount } from './directory-service.js';

/**
 * As whom the containers of a user's actors run (contract 3.9): as the directory says, where the tenant's users are in it; as the
 * tenant's options say; as the directory says; as the instance's options say.
 * @returns undefined: as the image's own user, also when the directory fails
 */
export async function containerAccount(
  config: AbacoConfig,
  directory: DirectoryService,
  tenant: TenantId,
  user: string,
  logger: Logger,
): Promise<PosixAccount | undefined> {
  const { use_tas_uid: asksDirectory } = tenantConfig(config, tenant);
  const options = ownTenantConfig(config, tenant);
  const hasOwn = options.actor_uid !== undefined; // an empty one too: no other user than the image's
  const fixed = fixedAccount(hasOwn ? options : config.workers);
  if (!asksDirectory || (hasOwn && fixed && !config.tas.tenants.includes(tenant))) return fixed;
  try {
    return await directory.account(tenant, user);
  } catch (error) {
    logger.warn({ tenant, user, err: error }, "Containers of a user's actor get no user of the directory");
    return undefined;
  }
}

type FixedAccount = Partial<Pick<AbacoConfig['workers'], 'actor_uid' | 'actor_gid' | 'actor_homedir'>>;

function fixedAccount({ actor_uid, actor_gid, actor_homedir }: FixedAccount): PosixAccount | undefined {
  if (!actor_uid || !actor_gid) return undefined;
  return { uid: actor_uid, gid: actor_gid, home: actor_homedir || null };
}
