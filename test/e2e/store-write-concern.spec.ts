import mongoose from 'mongoose';
import type { HostId, WorkerId } from '@abaco/contract';
import { Store } from '@abaco/store';
import { actorRecord, executionRecord, outcome, tenant, type TestDatabase, testDatabases } from './store-fixtures.js';

describe('writes of an execution', () => {
  let database: TestDatabase;
  let store: Store;
  /** Name and `writeConcern.j` of each command. */
  const sent: [string, unknown][] = [];

  beforeAll(async () => {
    database = await testDatabases[0]!.start();
    store = await Store.connect(`${database.uri}&monitorCommands=true`);
    const client = mongoose.connections.at(-1)!.getClient();
    client.on('commandStarted', ({ commandName, command }) => {
      const { writeConcern } = command as { writeConcern?: { j?: unknown } };
      if (writeConcern) sent.push([commandName, writeConcern.j]);
    });
  });
  afterAll(async () => {
    await store.close();
    await database.stop();
  });

  const concernOf = async (write: () => Promise<unknown>): Promise<unknown> => {
    sent.length = 0;
    await write();
    expect(sent).toHaveLength(1);
    return sent[0]![1];
  };

  it('wait for the journal where a user was promised something, and only there', async () => {
    const actor = actorRecord();
    const record = executionRecord(actor._id);
    const worker = 'w' as WorkerId;
    const by = { workerId: worker, hostId: 'h' as HostId, leaseMs: 60_000 };
    const chunk = { execution: record._id, actor: actor._id, tenant, attempt: 1, seq: 0, text: 'hello', expires: null };
    const { executions, logs, workers } = store;
    expect({
      accepted: await concernOf(() => executions.insert(record)),
      claimed: await concernOf(() => executions.claim(record._id, by)),
      leased: await concernOf(() => executions.renewLease(record._id, 1, 60_000)),
      started: await concernOf(() => executions.markStarted(record._id, 1, new Date())),
      logged: await concernOf(() => logs.append(chunk)),
      ended: await concernOf(() => executions.finish(record._id, 1, outcome())),
      shown: await concernOf(() => workers.transition(actor._id, worker, 'BUSY')),
      noted: await concernOf(() => workers.noteExecution(actor._id, worker, new Date())),
    }).toEqual({
      accepted: true,
      claimed: false,
      leased: false,
      started: false,
      logged: false,
      ended: true,
      shown: false,
      noted: false,
    });
  });
});
