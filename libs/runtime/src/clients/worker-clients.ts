import { setTimeout as delay } from 'node:timers/promises';
import type { ActorDbid, TenantId, WorkerId } from '@abaco/contract';
import type { ActorRecord, ClientRecord, SealedClientField } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import type { AuthorizationServer, ClientCredentials } from './authorization-server.js';
import { AuthorizationFailed, ClientFailed } from './errors.js';
import { serverOfTenant } from './server-of-tenant.js';

/** Attempts to delete a client that was half made (contract 7, step 3). */
const DELETE_ATTEMPTS = 5;

/** Whose client it is. */
export interface ClientOwner {
  readonly tenant: TenantId;
  readonly actor: ActorDbid;
  readonly worker: WorkerId;
}

/**
 * OAuth clients of workers: made, used and deleted. A client is named after its worker, so that one whose making was broken off
 * anywhere is found by its name. Secrets are in the store alone, encrypted and bound to their record.
 */
export class WorkerClients {
  constructor(
    private readonly services: Pick<RuntimeServices, 'config' | 'store' | 'secrets' | 'logger'>,
    private readonly serverOf = (tenant: TenantId) => serverOfTenant(services.config, tenant),
  ) {}

  /** One attempt, which leaves nothing behind when it fails. @throws ClientFailed, StoreUnavailable */
  async create(owner: ClientOwner): Promise<void> {
    const server = this.serverOf(owner.tenant);
    if (!server) throw ClientFailed.invalid(`Invalid client passed: ${owner.tenant}`);
    const actor = await this.lookUp(owner);
    this.requireKey(owner);
    let credentials: ClientCredentials;
    try {
      credentials = await server.createClient(owner.worker);
    } catch (error) {
      const { message, reached, isRefusal } = error as AuthorizationFailed;
      if (isRefusal) throw ClientFailed.doNotRetry(owner.worker, message);
      if (!reached) throw ClientFailed.canRetry(owner.worker, message);
      throw await this.undo(server, owner, error as Error);
    }
    try {
      await this.keep(server, owner, actor, credentials);
    } catch (error) {
      throw await this.undo(server, owner, error as Error);
    }
  }

  /** A fresh access token of the actor's owner. @throws ClientFailed, StoreUnavailable */
  async refresh({ tenant, worker }: ClientOwner): Promise<string> {
    const { store, secrets } = this.services;
    const server = this.serverOf(tenant);
    const record = await store.clients.find(tenant, worker);
    if (!server || !record) throw ClientFailed.doNotRetry(worker, 'it has no client');
    const used = secrets.open(record.refresh_token, placeOfClient(record, 'refresh_token'));
    const client = {
      key: record.client_key,
      secret: secrets.open(record.client_secret, placeOfClient(record, 'client_secret')),
    };
    try {
      const { accessToken, refreshToken = used } = await server.refresh(client, used);
      if (refreshToken !== used) {
        await store.clients.setRefreshToken(record, secrets.seal(refreshToken, placeOfClient(record, 'refresh_token')));
      }
      return accessToken;
    } catch (error) {
      if (!(error instanceof AuthorizationFailed)) throw error;
      const isFinal = error.status === 400 || error.isRefusal;
      throw ClientFailed[isFinal ? 'doNotRetry' : 'canRetry'](worker, error.message);
    }
  }

  /** At the authorization server and in the store; whether there is one or not. @throws AuthorizationFailed, StoreUnavailable */
  async delete({ tenant, worker }: Omit<ClientOwner, 'actor'>): Promise<void> {
    const server = this.serverOf(tenant);
    if (server) await server.deleteClient(worker);
    else this.services.logger.warn({ tenant, worker }, 'A client of a tenant without a service account is forgotten');
    await this.services.store.clients.delete(tenant, worker);
  }

  private async lookUp({ actor, worker }: ClientOwner): Promise<ActorRecord> {
    const { store } = this.services;
    const record = await store.actors.find(actor);
    if (!record) throw ClientFailed.invalid(`Unable to look up actor with id: ${actor}`);
    if (!(await store.workers.find(actor, worker))) throw ClientFailed.invalid(`Unable to look up worker: ${worker}`);
    return record;
  }

  /** Before anything is made that could not be kept. */
  private requireKey({ worker }: ClientOwner): void {
    try {
      this.services.secrets.seal('', 'client');
    } catch (error) {
      throw ClientFailed.doNotRetry(worker, (error as Error).message);
    }
  }

  private async keep(
    server: AuthorizationServer,
    { tenant, actor, worker }: ClientOwner,
    { owner: user }: ActorRecord,
    { key, secret }: ClientCredentials,
  ): Promise<void> {
    const { store, secrets } = this.services;
    const { refreshToken } = await server.issueTokens({ key, secret }, user);
    if (refreshToken === undefined) throw new AuthorizationFailed('its answer has no refresh token', 200, true);
    const names = { tenant, actor_id: actor, worker_id: worker, client_key: key, client_name: worker };
    const place = { _id: `${tenant}_${key}` };
    await store.clients.insert({
      ...names,
      client_secret: secrets.seal(secret, placeOfClient(place, 'client_secret')),
      refresh_token: secrets.seal(refreshToken, placeOfClient(place, 'refresh_token')),
    });
  }

  /** @returns the error that says whether another attempt makes sense */
  private async undo(server: AuthorizationServer, owner: ClientOwner, cause: Error): Promise<ClientFailed> {
    const { config, logger } = this.services;
    for (let attempt = 1; attempt <= DELETE_ATTEMPTS; attempt++) {
      if (attempt > 1) await delay(config.oauth.retry_seconds * 1000);
      try {
        await server.deleteClient(owner.worker);
        return ClientFailed.canRetry(owner.worker, cause.message);
      } catch (error) {
        logger.debug({ worker: owner.worker, attempt, err: error }, 'A half-made client could not be deleted');
      }
    }
    return ClientFailed.doNotRetry(owner.worker, cause.message);
  }
}

/** What a secret of a client is bound to. */
export const placeOfClient = ({ _id }: Pick<ClientRecord, '_id'>, what: SealedClientField): string =>
  `client ${_id} ${what}`;
