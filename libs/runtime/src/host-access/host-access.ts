import { Inject, Injectable } from '@nestjs/common';
import { actorDbid, type ActorId, type TenantId } from '@abaco/contract';
import type { ActorRecord } from '@abaco/store';
import { ActorNotFound } from '../errors.js';
import type { RuntimeServices } from '../runtime-services.js';
import { RUNTIME_SERVICES } from '../tokens.js';
import { actorMounts } from './actor-mounts.js';
import { containerAccount } from './container-account.js';

/** What an actor's containers may use of their host: whose rights they have, and which files they get. */
export type HostAccessOfActor = Pick<ActorRecord, 'uid' | 'gid' | 'tasdir' | 'mounts'>;

type Described = Pick<ActorRecord, 'privileged' | 'use_container_uid'>;

/** Decides it when an actor is registered or updated, always for its owner (contract 3.9, 4.5). */
@Injectable()
export class HostAccess {
  constructor(@Inject(RUNTIME_SERVICES) private readonly services: RuntimeServices) {}

  async ofNew(
    tenant: TenantId,
    owner: string,
    { privileged, use_container_uid }: Described,
  ): Promise<HostAccessOfActor> {
    const { config, directory, logger } = this.services;
    const account = use_container_uid ? undefined : await containerAccount(config, directory, tenant, owner, logger);
    const { uid = null, gid = null, home: tasdir = null } = account ?? {};
    return { uid, gid, tasdir, mounts: actorMounts(config, { tenant, owner, tasdir, privileged }, logger) };
  }

  /** @throws ActorNotFound */
  async ofExisting(tenant: TenantId, actor: ActorId, description: Described): Promise<HostAccessOfActor> {
    const found = await this.services.store.actors.find(actorDbid(tenant, actor));
    if (!found) throw new ActorNotFound(actor);
    return this.ofNew(tenant, found.owner, description);
  }
}
