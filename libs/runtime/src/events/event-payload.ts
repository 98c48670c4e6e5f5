import { displayTime } from '@abaco/contract';
import type { ActorRecord, EventRecord } from '@abaco/store';

/** `executor` and user of the executions that events lead to (contract 2.14). */
export const EVENT_USER = 'Abaco Event';

/** What an event says beside its kind, time and targets. */
export type EventDetails =
  | { readonly status_message: string | null }
  | { readonly execution_id: string; readonly status: 'COMPLETE'; readonly exit_code: number | null };

/** The event object of contract 2.14 as JSON: the same for link and webhook. */
export function eventPayload(
  actor: Pick<ActorRecord, '_id' | 'id'>,
  { type, tenant, time, link, webhook }: Omit<EventRecord, 'payload'>,
  details: EventDetails,
): string {
  return JSON.stringify({
    event_type: type,
    tenant_id: tenant,
    actor_id: actor.id,
    actor_dbid: actor._id,
    event_time_utc: displayTime(time),
    event_time_display: displayTime(time),
    ...details,
    _abaco_link: link,
    _abaco_webhook: webhook,
  });
}

/** What a webhook is sent: the event and what the containers of linked actors find in their environment. */
export function webhookBody({ payload, api_server }: Pick<EventRecord, 'payload' | 'api_server'>): string {
  return JSON.stringify({
    ...(JSON.parse(payload) as object),
    _abaco_Content_Type: 'application/json',
    _abaco_username: EVENT_USER,
    _abaco_api_server: api_server,
  });
}
