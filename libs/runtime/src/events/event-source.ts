import { newId, type ActorDbid, type Branded } from '@abaco/contract';
import type { ActorRecord, EventRecord, EventType, ExecutionOutcome, ExecutionRecord, Store } from '@abaco/store';
import type { Logger } from '../logger.js';
import { eventPayload, type EventDetails } from './event-payload.js';
import { resolveLink } from './resolve-link.js';

/** Longest chain of linked actors that an event follows. */
const MAX_PATH = 100;

/**
 * Makes the events of actors that have a link or a webhook; of other actors there are none. The link is resolved now: who hears
 * of an event is decided when it happens.
 */
export class EventSource {
  constructor(
    private readonly services: { readonly store: Pick<Store, 'actors' | 'aliases'>; readonly logger: Logger },
  ) {}

  /** @param statusMessage as it will be shown */
  ofActor(
    actor: ActorRecord,
    type: 'ACTOR_READY' | 'ACTOR_ERROR',
    statusMessage: string,
  ): Promise<EventRecord | undefined> {
    return this.event(actor, type, [], { status_message: statusMessage });
  }

  /** None unless the execution is COMPLETE: also when it was halted or ran too long (contract 2.14). */
  async ofExecution(
    actor: ActorRecord,
    { id, event_path = [] }: Pick<ExecutionRecord, 'id' | 'event_path'>,
    { status, exit_code }: Pick<ExecutionOutcome, 'status' | 'exit_code'>,
  ): Promise<EventRecord | undefined> {
    if (status !== 'COMPLETE') return undefined;
    return this.event(actor, 'EXECUTION_COMPLETE', event_path, { execution_id: id, status, exit_code });
  }

  private async event(
    actor: ActorRecord,
    type: EventType,
    before: readonly ActorDbid[],
    details: EventDetails,
  ): Promise<EventRecord | undefined> {
    const { tenant, webhook, api_server } = actor;
    if (actor.link === '' && webhook === '') return undefined;
    const path = [...before, actor._id];
    const link = await this.linked(actor, path);
    if (link === '' && webhook === '') return undefined;
    const event = {
      _id: newId<Branded<'EventId'>>(),
      type,
      tenant,
      actor_id: actor._id,
      time: new Date(),
      link,
      webhook,
      path,
      api_server,
    };
    return { ...event, payload: eventPayload(actor, event, details) };
  }

  private async linked(actor: ActorRecord, path: readonly ActorDbid[]): Promise<ActorDbid | ''> {
    const target = await resolveLink(this.services.store, actor.tenant, actor.link);
    if (!target) return '';
    if (!path.includes(target._id) && path.length < MAX_PATH) return target._id;
    this.services.logger.warn(
      { actor: actor._id, link: target._id, chain: path.length },
      'An event is not sent to a linked actor: its chain of links goes round in a circle or is too long',
    );
    return '';
  }
}
