import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mongoose';
import { type ActorDbid, actorDbid, executionDbid, newId, type TenantId } from '@abaco/contract';
import { EmbeddedMongo } from '@abaco/embedded';
import type { ActorRecord, ExecutionOutcome, ExecutionRecord } from '@abaco/store';

/** A database server for a test suite. */
export interface TestDatabase {
  /** URL of a database of its own. */
  readonly uri: string;
  stop(): Promise<void>;
}

async function startEmbedded(): Promise<TestDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'abaco-store-'));
  const server = await EmbeddedMongo.start({ directory });
  return {
    uri: server.uri('abaco'),
    stop: async () => {
      await server.close();
      await rm(directory, { recursive: true });
    },
  };
}

function onRealServer(base: string): TestDatabase {
  const url = new URL(base);
  url.pathname = `/abaco-test-${randomUUID().slice(0, 8)}`;
  return {
    uri: url.href,
    stop: async () => {
      const connection = await createConnection(url.href).asPromise();
      await connection.dropDatabase();
      await connection.destroy();
    },
  };
}

/** The servers that every suite runs on: the embedded one, and the MongoDB at ABACO_TEST_MONGO_URI when it is set. */
export const testDatabases: readonly { name: string; start: () => Promise<TestDatabase> }[] = [
  { name: 'the embedded database', start: startEmbedded },
  ...[process.env['ABACO_TEST_MONGO_URI']]
    .filter((base) => base !== undefined)
    .map((base) => ({ name: 'MongoDB', start: () => Promise.resolve(onRealServer(base)) })),
];

export const tenant = 'DEV' as TenantId;

export function actorRecord(fields: Partial<ActorRecord> = {}): ActorRecord {
  const id = fields.id ?? newId();
  return {
    _id: actorDbid(fields.tenant ?? tenant, id),
    tenant,
    id,
    name: null,
    image: 'abacosamples/test',
    description: '',
    owner: 'testuser',
    permissions: [{ user: 'testuser', level: 'UPDATE' }],
    revision: 1,
    version: 1,
    status: 'SUBMITTED',
    status_message: null,
    stateless: true,
    state: {},
    type: 'none',
    token: 'false',
    link: '',
    webhook: '',
    hints: [],
    default_environment: {},
    privileged: false,
    queue: 'default',
    max_workers: null,
    mem_limit: null,
    max_cpus: null,
    use_container_uid: false,
    uid: null,
    gid: null,
    tasdir: null,
    mounts: [],
    network: null,
    use_init: null,
    message_format: null,
    max_run_time: null,
    log_ex: null,
    cron_on: false,
    cron_schedule: null,
    cron_next_ex: null,
    api_server: 'http://localhost:8000',
    create_time: new Date(),
    last_update_time: new Date(),
    ...fields,
  };
}

export function executionRecord(actor: ActorDbid, fields: Partial<ExecutionRecord> = {}): ExecutionRecord {
  const id = fields.id ?? newId();
  return {
    _id: executionDbid(actor, id),
    tenant,
    id,
    actor_id: actor,
    executor: 'testuser',
    api_server: 'http://localhost:8000',
    status: 'SUBMITTED',
    error: null,
    message: { kind: 'text', text: 'hello' },
    environment: [],
    idempotency_key: null,
    worker_id: null,
    host_id: null,
    attempt: 0,
    lease_expires: null,
    halt_requested: false,
    message_received_time: new Date(),
    start_time: null,
    finish_time: null,
    runtime: 0,
    cpu: 0,
    io: 0,
    exit_code: null,
    image_digest: null,
    final_state: null,
    ...fields,
  };
}

export const outcome = (fields: Partial<ExecutionOutcome> = {}): ExecutionOutcome => ({
  status: 'COMPLETE',
  start_time: new Date(),
  finish_time: new Date(),
  runtime: 2,
  cpu: 3,
  io: 4,
  exit_code: 0,
  image_digest: `sha256:${'1'.repeat(64)}`,
  final_state: { Status: 'exited' },
  ...fields,
});
