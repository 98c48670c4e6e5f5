import { Inject, Injectable } from '@nestjs/common';
import { Authorization, type Caller } from '@abaco/access';
import type { ActorId, PermissionEntry, TenantId } from '@abaco/contract';
import { aliasDbid, type AliasRecord } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import { RUNTIME_SERVICES } from '../tokens.js';
import { AliasNotFound } from './errors.js';

/** Names of actors (contract 2.9). */
@Injectable()
export class Aliases {
  private readonly authorization: Authorization;

  constructor(@Inject(RUNTIME_SERVICES) private readonly services: RuntimeServices) {
    this.authorization = new Authorization(services.config.web);
  }

  /** Those that the caller may read, in order of creation. */
  async list(caller: Caller): Promise<AliasRecord[]> {
    const all = await this.services.store.aliases.list(caller.tenant);
    return all.filter((alias) => this.authorization.may(caller, 'read', alias));
  }

  /** @throws AliasNotFound */
  async find(tenant: TenantId, alias: string): Promise<AliasRecord> {
    const record = await this.services.store.aliases.find(tenant, alias);
    if (!record) throw new AliasNotFound(alias);
    return record;
  }

  /** The caller owns it and may update it. @throws DuplicateAlias */
  async create(caller: Caller, alias: string, actor: ActorId): Promise<AliasRecord> {
    const record: AliasRecord = {
      _id: aliasDbid(caller.tenant, alias),
      tenant: caller.tenant,
      alias,
      actor_id: actor,
      owner: caller.user,
      permissions: [{ user: caller.user, level: 'UPDATE' }],
      create_time: new Date(),
    };
    await this.services.store.aliases.insert(record);
    return record;
  }

  /** Makes it stand for another actor; the caller may update it from now on. @throws AliasNotFound */
  async repoint(caller: Caller, alias: string, actor: ActorId): Promise<AliasRecord> {
    const id = aliasDbid(caller.tenant, alias);
    const record = await this.services.store.aliases.repoint(id, actor, caller.user);
    if (!record) throw new AliasNotFound(alias);
    return record;
  }

  /** Removes it with its permissions and nonces. */
  async delete(tenant: TenantId, alias: string): Promise<void> {
    const id = aliasDbid(tenant, alias);
    // before the name is free for others: who takes it must not get the configs of this alias
    await this.services.store.configs.detach(tenant, alias);
    await this.services.store.aliases.delete(id);
    await this.services.store.nonces.deleteByTarget(id);
  }

  /** @returns the entries after the change. @throws AliasNotFound, TooManyPermissions */
  async grant(tenant: TenantId, alias: string, entry: PermissionEntry): Promise<readonly PermissionEntry[]> {
    const permissions = await this.services.store.aliases.grant(aliasDbid(tenant, alias), entry);
    if (!permissions) throw new AliasNotFound(alias);
    return permissions;
  }
}
