import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mongoose';
import { type ActorDbid, actorDbid, newId, type TenantId } from '@abaco/contract';
import { EmbeddedMongo } from '@abaco/embedded';
import { type ActorRecord, type ExecutionOutcome, type ExecutionRecord, Store } from '@abaco/store';
import { storedActor, storedExecution } from '../../libs/store/test-support/records.js';

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

/** Starts a database for the tests of a suite and connects a store to it. @param use is given both before the first test */
export function withStore(
  start: () => Promise<TestDatabase>,
  use: (store: Store, database: TestDatabase) => void,
): void {
  let database: TestDatabase;
  let store: Store;
  beforeAll(async () => {
    database = await start();
    store = await Store.connect(database.uri);
    use(store, database);
  });
  afterAll(async () => {
    await store.close();
    await database.stop();
  });
}

export const tenant = 'DEV' as TenantId;

export function actorRecord(fields: Partial<ActorRecord> = {}): ActorRecord {
  const id = fields.id ?? newId();
  return storedActor(tenant, id, { _id: actorDbid(fields.tenant ?? tenant, id), ...fields });
}

export function executionRecord(actor: ActorDbid, fields: Partial<ExecutionRecord> = {}): ExecutionRecord {
  return storedExecution(tenant, actor, fields.id ?? newId(), fields);
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
