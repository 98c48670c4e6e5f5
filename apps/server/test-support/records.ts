import { actorDbid, type ActorId, type ExecutionId, type NonceId, type TenantId, type WorkerId } from '@abaco/contract';
import type { ListedDelivery } from '@abaco/runtime';
import {
  type ActorRecord,
  aliasDbid,
  type AliasRecord,
  configDbid,
  type ConfigRecord,
  type DeadLetter,
  type ExecutionRecord,
  type NonceRecord,
  type WorkerRecord,
} from '@abaco/store';
import { storedActor, storedExecution } from '../../../libs/store/test-support/records.js';

export const TENANT = 'DEV' as TenantId;
export const ACTOR = 'NolBaJ5y6714M' as ActorId;
export const EXECUTION = 'JN0Boakk0VzKX' as ExecutionId;
export const WORKER = 'vrbr8PeWLXYEQ' as WorkerId;

const then = new Date('2020-05-01T14:45:41.591Z');
const API_SERVER = 'https://api.example.org';

export const actorRecord = (changes: Partial<ActorRecord> = {}): ActorRecord =>
  storedActor(TENANT, ACTOR, {
    api_server: API_SERVER,
    image: 'abacosamples/wc',
    owner: 'anonymous',
    permissions: [{ user: 'anonymous', level: 'UPDATE' }],
    status: 'READY',
    status_message: ' ',
    create_time: then,
    last_update_time: then,
    ...changes,
  });

export const executionRecord = (changes: Partial<ExecutionRecord> = {}): ExecutionRecord =>
  storedExecution(TENANT, actorDbid(TENANT, ACTOR), EXECUTION, {
    api_server: API_SERVER,
    executor: 'anonymous',
    message: { kind: 'text', text: 'test' },
    message_received_time: then,
    ...changes,
  });

export const deadLetter = (): DeadLetter => ({
  ...executionRecord({
    status: 'ERROR',
    error: 'Given up after 3 attempts: The container ended with exit code 1.',
    attempt: 3,
    exit_code: 1,
  }),
  dead_letter: { time: then, expires: null },
});

export const listedDelivery = (changes: Partial<ListedDelivery> = {}): ListedDelivery => ({
  _id: 'K1rBoakk0VzKX:webhook',
  event: {
    _id: 'K1rBoakk0VzKX',
    type: 'EXECUTION_COMPLETE',
    tenant: TENANT,
    actor_id: actorDbid(TENANT, ACTOR),
    time: then,
    link: '',
    webhook: 'https://example.org/hook?x-nonce=DEV_secret',
    path: [],
    api_server: API_SERVER,
    payload: JSON.stringify({ execution_id: EXECUTION }),
  },
  target: 'webhook',
  lane: `${actorDbid(TENANT, ACTOR)}:webhook`,
  status: 'WAITING',
  attempts: 1,
  last_error: 'Status 503.',
  created: then,
  delivered_time: null,
  expires: null,
  next_attempt: then,
  ...changes,
});

export const workerRecord = (changes: Partial<WorkerRecord> = {}): WorkerRecord => ({
  _id: `${actorDbid(TENANT, ACTOR)}_${WORKER}`,
  tenant: TENANT,
  id: WORKER,
  actor_id: actorDbid(TENANT, ACTOR),
  slot: 0,
  revision: 1,
  status: 'REQUESTED',
  image: null,
  ch_name: null,
  location: null,
  cid: null,
  host_id: null,
  host_ip: null,
  create_time: then,
  last_execution_time: null,
  last_health_check_time: null,
  ...changes,
});

export const ALIAS = 'jane';

export const aliasRecord = (changes: Partial<AliasRecord> = {}): AliasRecord => ({
  _id: aliasDbid(TENANT, ALIAS),
  tenant: TENANT,
  alias: ALIAS,
  actor_id: ACTOR,
  owner: 'anonymous',
  permissions: [{ user: 'anonymous', level: 'UPDATE' }],
  create_time: then,
  ...changes,
});

export const CONFIG = 'db_pass';

export const configRecord = (changes: Partial<ConfigRecord> = {}): ConfigRecord => ({
  _id: configDbid(TENANT, CONFIG),
  tenant: TENANT,
  name: CONFIG,
  value: 'value',
  is_secret: false,
  actors: ACTOR,
  actor_refs: [ACTOR],
  owner: 'anonymous',
  permissions: [{ user: 'anonymous', level: 'UPDATE' }],
  create_time: then,
  last_update_time: then,
  ...changes,
});

export const nonceRecord = (changes: Partial<NonceRecord> = {}): NonceRecord => ({
  _id: 'DEV_QWe7r0ZLNkRxz' as NonceId,
  tenant: TENANT,
  target: actorDbid(TENANT, ACTOR),
  alias: null,
  owner: 'anonymous',
  roles: ['ALL'],
  api_server: API_SERVER,
  level: 'EXECUTE',
  description: '',
  max_uses: -1,
  current_uses: 0,
  remaining_uses: -1,
  create_time: then,
  last_use_time: null,
  ...changes,
});
