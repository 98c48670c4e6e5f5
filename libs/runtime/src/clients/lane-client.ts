import type { Ref } from '@abaco/actors';
import { tenantConfig } from '@abaco/config';
import type { WorkerId } from '@abaco/contract';
import type { ActorRecord } from '@abaco/store';
import { wantsToken } from '../execution/access-token.js';
import type { ClientsMessage } from '../hierarchy/clients-actor.js';
import type { RuntimeServices } from '../runtime-services.js';
import { withAttempts } from './client-attempts.js';
import { ClientFailed } from './errors.js';
import type { ClientOwner } from './worker-clients.js';

/** Longest wait for an answer of `/system/clients`, milliseconds (contract 7, step 1). */
const ANSWER_WITHIN_MS = 60_000;
/** A stop does not wait longer for the authorization server, milliseconds: a sweep deletes what is left. */
const DELETE_WITHIN_MS = 3_000;

/** The OAuth client of one worker, as the worker sees it. */
export class LaneClient {
  /** There may be a client to delete. */
  private made = false;

  private constructor(
    private readonly services: RuntimeServices,
    private readonly clients: Ref<ClientsMessage>,
    private readonly owner: ClientOwner,
  ) {}

  /** @returns undefined for workers that have none: their tokens come from elsewhere */
  static of(
    services: RuntimeServices,
    clients: Ref<ClientsMessage>,
    actor: ActorRecord,
    worker: WorkerId,
  ): LaneClient | undefined {
    if (!tenantConfig(services.config, actor.tenant).generate_clients || !wantsToken(actor)) return undefined;
    return new LaneClient(services, clients, { tenant: actor.tenant, actor: actor._id, worker });
  }

  /** @throws ClientFailed and others after `oauth.attempts` */
  async create(signal: AbortSignal): Promise<void> {
    this.made = true;
    try {
      await this.attempt(signal, () =>
        this.clients.ask<void>((replyTo) => ({ type: 'new', owner: this.owner, replyTo }), this.deadline(signal)),
      );
    } catch (error) {
      if (error instanceof ClientFailed) this.made = false; // such an attempt has cleaned up as far as it could
      throw error;
    }
  }

  /** A fresh access token of the actor's owner. @throws ClientFailed and others after `oauth.attempts` */
  async token(signal: AbortSignal): Promise<string> {
    return this.attempt(signal, () =>
      this.clients.ask<string>((replyTo) => ({ type: 'refresh', owner: this.owner, replyTo }), this.deadline(signal)),
    );
  }

  /** Never throws. */
  async delete(): Promise<void> {
    if (!this.made) return;
    try {
      await this.clients.ask<void>((replyTo) => ({ type: 'delete', owner: this.owner, replyTo }), {
        deadlineMs: DELETE_WITHIN_MS,
      });
    } catch (error) {
      this.services.logger.debug(
        { worker: this.owner.worker, err: error },
        'The client of a worker is left to the sweep',
      );
    }
  }

  private attempt<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return withAttempts(this.services.config.oauth, signal, work);
  }

  private deadline(signal: AbortSignal): { deadlineMs: number; signal: AbortSignal } {
    return { deadlineMs: ANSWER_WITHIN_MS, signal };
  }
}
