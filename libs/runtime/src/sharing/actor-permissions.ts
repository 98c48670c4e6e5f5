import { Inject, Injectable } from '@nestjs/common';
import { ActorDoesNotExist } from '@abaco/access';
import { actorDbid, type ActorId, type PermissionEntry, type TenantId } from '@abaco/contract';
import type { RuntimeServices } from '../runtime-services.js';
import { RUNTIME_SERVICES } from '../tokens.js';

/** Who may do what to an actor (contract 2.7). */
@Injectable()
export class ActorPermissions {
  constructor(@Inject(RUNTIME_SERVICES) private readonly services: RuntimeServices) {}

  /** In the order in which they were granted. @throws ActorDoesNotExist */
  async list(tenant: TenantId, actor: ActorId): Promise<readonly PermissionEntry[]> {
    const id = actorDbid(tenant, actor);
    const record = await this.services.store.actors.find(id);
    if (!record) throw new ActorDoesNotExist(id, 'not-found');
    return record.permissions;
  }

  /** @returns the entries after the change. @throws ActorDoesNotExist, TooManyPermissions */
  async grant(tenant: TenantId, actor: ActorId, entry: PermissionEntry): Promise<readonly PermissionEntry[]> {
    const id = actorDbid(tenant, actor);
    const permissions = await this.services.store.actors.grant(id, entry);
    if (!permissions) throw new ActorDoesNotExist(id, 'not-found');
    return permissions;
  }
}
