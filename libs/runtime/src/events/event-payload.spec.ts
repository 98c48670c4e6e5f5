import { pythonReprOfJson, type ActorDbid, type ActorId, type TenantId } from '@abaco/contract';
import { eventPayload, webhookBody } from './event-payload.js';

const actor = { _id: 'DEV_a1' as ActorDbid, id: 'a1' as ActorId };
const event = {
  _id: 'e1',
  tenant: 'DEV' as TenantId,
  actor_id: actor._id,
  time: new Date('2026-01-02T03:04:05.006Z'),
  link: 'DEV_b2' as ActorDbid,
  webhook: 'https://example.org/hook',
  path: [],
  api_server: 'https://api.example.org',
};
const common = {
  tenant_id: 'DEV',
  actor_id: 'a1',
  actor_dbid: 'DEV_a1',
  event_time_utc: '2026-01-02T03:04:05.006Z',
  event_time_display: '2026-01-02T03:04:05.006Z',
  _abaco_link: 'DEV_b2',
  _abaco_webhook: 'https://example.org/hook',
};

describe('what an event says', () => {
  it('of an actor: its status message', () => {
    const payload = eventPayload(actor, { ...event, type: 'ACTOR_ERROR' }, { status_message: "can't" });
    expect(JSON.parse(payload)).toEqual({ ...common, event_type: 'ACTOR_ERROR', status_message: "can't" });
    expect(pythonReprOfJson(payload)).toContain("'event_type': 'ACTOR_ERROR'");
  });

  it('of an execution: its id, status and exit code', () => {
    const details = { execution_id: 'x', status: 'COMPLETE', exit_code: null } as const;
    const payload = eventPayload(actor, { ...event, type: 'EXECUTION_COMPLETE', link: '' }, details);
    expect(JSON.parse(payload)).toEqual({
      ...common,
      event_type: 'EXECUTION_COMPLETE',
      _abaco_link: '',
      ...details,
    });
  });

  it('to a webhook: what containers of linked actors find in their environment, too', () => {
    const payload = eventPayload(actor, { ...event, type: 'ACTOR_READY' }, { status_message: ' ' });
    expect(JSON.parse(webhookBody({ ...event, payload }))).toEqual({
      ...(JSON.parse(payload) as object),
      _abaco_Content_Type: 'application/json',
      _abaco_username: 'Abaco Event',
      _abaco_api_server: 'https://api.example.org',
    });
  });
});
