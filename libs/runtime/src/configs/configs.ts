import { Inject, Injectable } from '@nestjs/common';
import { Authorization, type Caller } from '@abaco/access';
import type { PermissionEntry, TenantId } from '@abaco/contract';
import { type ConfigChanges, configDbid, type ConfigRecord } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import { RUNTIME_SERVICES } from '../tokens.js';
import { ConfigActors } from './config-actors.js';
import { ConfigNotFound } from './errors.js';
import { placeOf } from './secret-value.js';

/** What a user says of a config. */
export interface ConfigDescription {
  /** Plain, also of a secret. */
  readonly value: string;
  /** Whether the value is encrypted, and shown to nobody from now on. */
  readonly is_secret: boolean;
  /** Ids and aliases of actors with commas between them. */
  readonly actors: string;
}

/** Named values for the containers of some actors (contract 2.10). Of secrets only the ciphertext comes out of here. */
@Injectable()
export class Configs {
  private readonly authorization: Authorization;
  private readonly actors: ConfigActors;

  constructor(@Inject(RUNTIME_SERVICES) private readonly services: RuntimeServices) {
    const { config, store } = services;
    this.authorization = new Authorization(config.web);
    this.actors = new ConfigActors(store, config.web.strict_config_actors ? this.authorization : undefined);
  }

  /** Those that the caller may read, in order of creation. */
  list(caller: Caller): Promise<ConfigRecord[]> {
    const { configs } = this.services.store;
    return this.authorization.isAdmin(caller)
      ? configs.list(caller.tenant)
      : configs.listReadable(caller.tenant, caller.user);
  }

  /** @throws ConfigNotFound */
  async find(tenant: TenantId, name: string): Promise<ConfigRecord> {
    const record = await this.services.store.configs.find(tenant, name);
    if (!record) throw ConfigNotFound.of(name);
    return record;
  }

  /**
   * The caller owns it and may update it.
   * @throws DuplicateConfig, InvalidConfigActors, UnknownConfigActor, ConfigActorRefused, NoEncryptionKey
   */
  async create(caller: Caller, name: string, description: ConfigDescription): Promise<ConfigRecord> {
    const now = new Date();
    const record: ConfigRecord = {
      _id: configDbid(caller.tenant, name),
      tenant: caller.tenant,
      name,
      ...(await this.checked(caller, name, description)),
      owner: caller.user,
      permissions: [{ user: caller.user, level: 'UPDATE' }],
      create_time: now,
      last_update_time: now,
    };
    await this.services.store.configs.insert(record);
    return record;
  }

  /**
   * Replaces everything but name, owner and permissions.
   * @throws ConfigNotFound, InvalidConfigActors, UnknownConfigActor, ConfigActorRefused, NoEncryptionKey
   */
  async replace(caller: Caller, name: string, description: ConfigDescription): Promise<ConfigRecord> {
    const changes = await this.checked(caller, name, description);
    const record = await this.services.store.configs.replace(caller.tenant, name, changes);
    if (!record) throw ConfigNotFound.of(name);
    return record;
  }

  /** Removes it with its permissions. @throws ConfigNotFound */
  async delete(tenant: TenantId, name: string): Promise<void> {
    if (!(await this.services.store.configs.delete(tenant, name))) throw ConfigNotFound.toDelete(name);
  }

  /** Who may do what to it. @throws ConfigNotFound */
  async permissions(tenant: TenantId, name: string): Promise<readonly PermissionEntry[]> {
    const record = await this.services.store.configs.find(tenant, name);
    if (!record) throw ConfigNotFound.toShare(configDbid(tenant, name));
    return record.permissions;
  }

  /** @returns the entries after the change. @throws ConfigNotFound, TooManyPermissions */
  async grant(tenant: TenantId, name: string, entry: PermissionEntry): Promise<readonly PermissionEntry[]> {
    const id = configDbid(tenant, name);
    const permissions = await this.services.store.configs.grant(id, entry);
    if (!permissions) throw ConfigNotFound.toShare(id);
    return permissions;
  }

  private async checked(
    caller: Caller,
    name: string,
    { value, is_secret, actors }: ConfigDescription,
  ): Promise<ConfigChanges> {
    const actor_refs = await this.actors.check(caller, actors);
    const stored = is_secret ? this.services.secrets.seal(value, placeOf(configDbid(caller.tenant, name))) : value;
    return { value: stored, is_secret, actors, actor_refs };
  }
}
