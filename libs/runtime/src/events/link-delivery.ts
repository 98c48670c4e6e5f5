import type { Ref } from '@abaco/actors';
import { ActorNotFound } from '../errors.js';
import type { AcceptedMessage } from '../answers.js';
import { actorAddress } from '../hierarchy/actor-address.js';
import type { TenantsMessage } from '../hierarchy/tenants-supervisor.js';
import { EVENT_USER } from './event-payload.js';
import type { Deliver } from './lane-delivery.js';

/** Longest wait until a message is accepted, milliseconds: less than the lease of a lane. */
const SEND_DEADLINE_MS = 30_000;

/**
 * Sends an event to the linked actor as a message like any other: it starts workers, and one that is sent again, because nobody
 * knows whether it arrived, is the same execution.
 */
export const linkDelivery =
  (tenants: Ref<TenantsMessage>): Deliver =>
  async ({ _id, tenant, link, path, payload, api_server }, signal) => {
    if (link === '') return { kind: 'refused', reason: 'The event has no linked actor.' };
    const caller = { tenant, user: EVENT_USER, roles: [], apiServer: api_server };
    const message = {
      content: { kind: 'json', text: payload },
      contentType: 'application/json',
      environment: {},
      idempotencyKey: _id,
      eventPath: path,
    } as const;
    try {
      await tenants.ask<AcceptedMessage>(
        (replyTo) => ({
          type: 'to-actor',
          ...actorAddress(link),
          command: { type: 'send', caller, message, replyTo },
        }),
        { deadlineMs: SEND_DEADLINE_MS, signal },
      );
      return { kind: 'delivered' };
    } catch (error) {
      if (error instanceof ActorNotFound) return { kind: 'refused', reason: 'The linked actor is gone.' };
      return { kind: 'failed', reason: (error as Error).message };
    }
  };
