import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import {
  actorDbid,
  includesLevel,
  newNonceId,
  tenantOfNonce,
  type ActorId,
  type PermissionLevel,
  type TenantId,
} from '@abaco/contract';
import { aliasDbid, type NonceRecord, type StoredNonce } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import { RUNTIME_SERVICES } from '../tokens.js';
import { NonceNotFound, NonceRefused } from './errors.js';
import { NonceVault } from './nonce-vault.js';

/** What a nonce gives access to: an actor by its id, or what an alias stands for, by the alias. */
export type NonceTarget =
  { readonly tenant: TenantId; readonly actor: ActorId } | { readonly tenant: TenantId; readonly alias: string };

export interface NonceDescription {
  readonly level: PermissionLevel;
  /** -1: unlimited. */
  readonly max_uses: number;
  readonly description: string;
}

const dbidOf = (target: NonceTarget): NonceRecord['target'] =>
  'alias' in target ? aliasDbid(target.tenant, target.alias) : actorDbid(target.tenant, target.actor);

const belongsTo = (nonce: StoredNonce, target: NonceTarget): boolean =>
  nonce.target === dbidOf(target) && (nonce.alias !== null) === 'alias' in target;

/** Secrets in place of tokens (contract 2.6, 2.9.1, 3.7). */
@Injectable()
export class Nonces {
  private readonly vault: NonceVault;

  constructor(@Inject(RUNTIME_SERVICES) private readonly services: RuntimeServices) {
    this.vault = new NonceVault(services);
  }

  /** Its holder will act as the caller, with the roles that the caller has now. */
  async create(caller: Caller, target: NonceTarget, description: NonceDescription): Promise<NonceRecord> {
    const record: NonceRecord = {
      ...description,
      _id: newNonceId(target.tenant),
      tenant: target.tenant,
      target: dbidOf(target),
      alias: 'alias' in target ? target.alias : null,
      owner: caller.user,
      roles: caller.roles,
      api_server: caller.apiServer,
      current_uses: 0,
      remaining_uses: description.max_uses,
      create_time: new Date(),
      last_use_time: null,
    };
    await this.services.store.nonces.insert(this.vault.toStored(record));
    return record;
  }

  /** In order of creation. */
  async list(target: NonceTarget): Promise<NonceRecord[]> {
    const nonces = await this.services.store.nonces.list(dbidOf(target));
    return nonces.filter((nonce) => belongsTo(nonce, target)).map((nonce) => this.vault.toRecord(nonce));
  }

  /** @throws NonceNotFound */
  async find(target: NonceTarget, nonce: string): Promise<NonceRecord> {
    const stored = await this.findToManage(nonce);
    if (!stored || !belongsTo(stored, target)) throw new NonceNotFound();
    return this.vault.toRecord(stored);
  }

  /** @throws NonceNotFound */
  async delete(target: NonceTarget, nonce: string): Promise<void> {
    const stored = await this.findToManage(nonce);
    const gone = stored && (await this.services.store.nonces.delete(stored._id, dbidOf(target)));
    if (!gone) throw new NonceNotFound('not-found');
  }

  /** The tenant that a nonce belongs to, by its text alone. @throws NonceRefused */
  tenantOf(nonce: string): TenantId {
    const tenant = tenantOfNonce(nonce);
    if (tenant === undefined) throw NonceRefused.unknown();
    return tenant;
  }

  /**
   * Counts one use. A nonce of an actor does not work by its alias and the other way round.
   * @param level what the request needs
   * @returns as whom the request goes on
   * @throws NonceRefused; nothing is counted then
   */
  async redeem(nonce: string, target: NonceTarget, level: PermissionLevel): Promise<Caller> {
    const { nonces } = this.services.store;
    const record = await this.vault.find(nonce);
    if (!record || !belongsTo(record, target)) throw NonceRefused.unknown();
    if (!includesLevel(record.level, level)) throw NonceRefused.levelTooLow();
    if (!(await nonces.countUse(record._id))) throw NonceRefused.usedUp();
    const { tenant, owner, roles, api_server, level: limit } = record;
    return { tenant, user: owner, roles, apiServer: api_server, limit };
  }

  /** Also by its digest: one that cannot be decrypted is shown so, and can be removed. */
  private async findToManage(nonce: string): Promise<StoredNonce | null> {
    return (await this.vault.find(nonce)) ?? this.services.store.nonces.find(nonce);
  }
}
