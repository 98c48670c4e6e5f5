import type { Ref } from '@abaco/actors';
import type { ActorDbid } from '@abaco/contract';
import type { ActorRecord } from '@abaco/store';
import { ActorNotFound } from '../errors.js';
import type { RuntimeServices } from '../runtime-services.js';
import type { TenantsMessage } from './tenants-supervisor.js';

/** A deletion, once begun, may take so much longer than `workers.delete_seconds` before something is wrong, milliseconds. */
const MARGIN_MS = 60_000;

/**
 * Ends the deletions that a process began and did not end. One that is still under way looks the same: the actor's mailbox has the request
 * wait, and finds the actor gone then. Each actor is asked once at a time.
 */
export class InterruptedDeletions {
  private readonly underWay = new Set<ActorDbid>();

  constructor(
    private readonly services: Pick<RuntimeServices, 'store' | 'config' | 'logger'>,
    private readonly tenants: Ref<TenantsMessage>,
  ) {}

  /** Returns when all are asked to end. @throws StoreUnavailable */
  async pass(): Promise<void> {
    for (const actor of await this.services.store.actors.listShuttingDown()) {
      if (!this.underWay.has(actor._id)) void this.finish(actor);
    }
  }

  private async finish({ _id, tenant, id }: Pick<ActorRecord, '_id' | 'tenant' | 'id'>): Promise<void> {
    const { config, logger } = this.services;
    const deadlineMs = config.workers.delete_seconds * 1000 + MARGIN_MS;
    this.underWay.add(_id);
    try {
      await this.tenants.ask<{ complete: boolean }>(
        (replyTo) => ({ type: 'to-actor', tenant, actor: id, command: { type: 'delete', replyTo } }),
        { deadlineMs },
      );
    } catch (error) {
      if (error instanceof ActorNotFound) return; // whoever began it has ended it
      logger.warn({ actor: _id, err: error }, 'An interrupted deletion could not be finished; it is tried again');
    } finally {
      this.underWay.delete(_id);
    }
  }
}
