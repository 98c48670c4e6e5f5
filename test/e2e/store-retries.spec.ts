import fc from 'fast-check';
import mongoose from 'mongoose';
import { actorDbid, type ActorDbid, type ExecutionDbid, type HostId, newId, type WorkerId } from '@abaco/contract';
import { type ExecutionRecord, type FailedAttempt, type Store } from '@abaco/store';
import { eventually } from '../support/eventually.js';
import { executionRecord, outcome, tenant, type TestDatabase, testDatabases, withStore } from './store-fixtures.js';

const failed: FailedAttempt = {
  start_time: new Date(1_000),
  finish_time: new Date(2_000),
  exit_code: 3,
  failure: 'exit',
  error: 'The container ended with exit code 3.',
};

describe.each(testDatabases)('attempts of executions in $name', ({ start }) => {
  let database: TestDatabase;
  let store: Store;
  let actor: ActorDbid;
  withStore(start, (connected, on) => ([store, database] = [connected, on]));

  const host = 'host-1' as HostId;
  const worker = newId<WorkerId>();
  const by = (leaseMs = 60_000) => ({ workerId: worker, hostId: host, leaseMs });
  const added = async (fields: Partial<ExecutionRecord> = {}): Promise<ExecutionDbid> => {
    const record = executionRecord(actor, fields);
    await store.executions.insert(record);
    return record._id;
  };
  const paused = async (delayMs: number): Promise<ExecutionDbid> => {
    const _id = await added();
    await store.executions.claim(_id, by());
    expect(await store.executions.retries.postpone(_id, 1, delayMs, failed)).toBe(true);
    return _id;
  };

  /** As no repository shows them. */
  const rawExecutions = async () => {
    const client = await new mongoose.mongo.MongoClient(database.uri).connect();
    return { client, executions: client.db().collection<{ _id: ExecutionDbid }>('executions') };
  };

  beforeEach(() => (actor = actorDbid(tenant, newId())));

  it('are listed with their end', async () => {
    const _id = await added();
    expect((await store.executions.claim(_id, by()))?.attempts).toBeUndefined();
    await store.executions.finish(
      _id,
      1,
      outcome({ ...failed, status: 'ERROR', failure: 'exit', error: '$given up', exit_code: 3 }),
    );
    expect((await store.executions.find(_id))?.attempts).toEqual([
      {
        number: 1,
        worker_id: worker,
        host_id: host,
        start_time: failed.start_time,
        finish_time: failed.finish_time,
        exit_code: 3,
        failure: 'exit',
        reason: '$given up',
      },
    ]);
  });

  it('are listed once each when they lose their lease or are given back', async () => {
    const _id = await added();
    await store.executions.claim(_id, by(1));
    await eventually('the second claim', () => store.executions.claim(_id, by()));
    await store.executions.release(_id, 2, 'The server was stopped.');
    const third = await store.executions.claim(_id, by());
    expect(third?.attempts?.map(({ number, failure, reason }) => [number, failure, reason])).toEqual([
      [1, 'infrastructure', 'Its lease ran out: the host that ran it could not be reached.'],
      [2, 'infrastructure', 'The server was stopped.'],
    ]);
    expect(third?.attempts?.[0]).toMatchObject({ worker_id: worker, host_id: host, exit_code: null });
    expect(third?.attempts?.[0]?.finish_time).toBeInstanceOf(Date);
  });

  it('are listed up to the last twenty', async () => {
    const _id = await added();
    for (let attempt = 1; attempt <= 23; attempt++) {
      await store.executions.claim(_id, by());
      await store.executions.release(_id, attempt, 'x');
    }
    const numbers = (await store.executions.find(_id))?.attempts?.map(({ number }) => number);
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 4));
  });

  it('pause: nobody can take, renew, halt or release the execution until its time has come', async () => {
    const _id = await paused(60_000);
    expect(await store.executions.find(_id)).toMatchObject({ status: 'RUNNING', attempt: 1 });
    expect(await store.executions.claim(_id, by())).toBeNull();
    expect(await store.executions.renewLease(_id, 1, 1)).toBe(false);
    expect(await store.executions.markStarted(_id, 1, new Date())).toBe(false);
    expect(await store.executions.release(_id, 1, 'x')).toBe(false);
    expect(await store.executions.requestHalt(_id)).toBe(false);
    expect(await store.executions.finish(_id, 1, outcome())).toBe(false);
    expect((await store.executions.listRunning(host)).map((running) => running._id)).not.toContain(_id);
    expect(await store.executions.findDue(actor, 0, 10)).toEqual([]);
    expect(await store.executions.retries.offerDue(actor, 10)).toEqual([]);
    expect(await store.executions.retries.untilNextDue(actor)).toBeGreaterThan(50_000);
    expect(await store.executions.actorsWithDue()).not.toContain(actor);
    expect(await store.executions.actorsWithDue(120_000)).toContain(actor);
  });

  it('are offered once when their pause is over, and then taken', async () => {
    const _id = await paused(1);
    await eventually('the end of the pause', async () =>
      (await store.executions.actorsWithDue()).includes(actor) ? true : undefined,
    );
    const offers = await Promise.all(Array.from({ length: 5 }, () => store.executions.retries.offerDue(actor, 10)));
    expect(offers.flat()).toEqual([_id]);
    expect(await store.executions.retries.untilNextDue(actor)).toBeNull();
    // lost on the way: found like every other lost message
    expect((await store.executions.findDue(actor, 60_000, 10)).map((due) => due._id)).toEqual([_id]);
    const second = await store.executions.claim(_id, by());
    expect(second).toMatchObject({ attempt: 2, status: 'RUNNING' });
    expect(second?.retry_at).toBeUndefined();
    expect(second?.attempts?.map(({ number, failure }) => [number, failure])).toEqual([[1, 'exit']]);
    expect(await store.executions.finish(_id, 2, outcome())).toBe(true);
    expect((await store.executions.find(_id))?.attempts).toHaveLength(2);
  });

  it('begin their pause anew when the clock of the database was set back, which shows in the end being too far away', async () => {
    const [overlong, right] = [await paused(1_000), await paused(60_000)];
    const end = (await store.executions.find(right))?.retry_at;
    const { client, executions } = await rawExecutions();
    const inTenMinutes = new Date(Date.now() + 600_000);
    await executions.updateOne({ _id: overlong }, { $set: { retry_at: inTenMinutes, lease_expires: inTenMinutes } });
    await client.close();
    // a host looks at it that plans none of its pauses
    expect(await store.executions.actorsWithDue(0)).toContain(actor);
    expect(await store.executions.retries.offerDue(actor, 10)).toEqual([]);
    await store.executions.retries.shortenOverlong(actor);
    expect(await store.executions.retries.untilNextDue(actor)).toBeLessThanOrEqual(1_000);
    const offered = await eventually('the end of the pause', async () => {
      const [first] = await store.executions.retries.offerDue(actor, 10);
      return first;
    });
    expect(offered).toBe(overlong);
    expect(await store.executions.claim(overlong, by())).toMatchObject({ attempt: 2 });
    expect((await store.executions.find(right))?.retry_at).toEqual(end);
  });

  it('do not pause when the execution is to be halted', async () => {
    const _id = await added();
    await store.executions.claim(_id, by());
    await store.executions.requestHalt(_id);
    expect(await store.executions.retries.postpone(_id, 1, 1_000, failed)).toBe(false);
    expect(await store.executions.finish(_id, 1, outcome())).toBe(true);
    expect(await store.executions.retries.postpone(_id, 1, 1_000, failed)).toBe(false);
  });

  it('end in their pause with a purge or a halt, in which case nothing brings them back', async () => {
    const purged = await paused(1);
    const halted = await paused(1);
    expect(await store.executions.waiting.finish(halted, outcome({ exit_code: null }))).toBe(true);
    expect(await store.executions.waiting.abandonAll(actor, 'The message was purged from the mailbox.')).toBe(1);
    const ends = await Promise.all([purged, halted].map((_id) => store.executions.find(_id)));
    expect(ends.map((end) => [end?.status, end?.retry_at, end?.attempts?.length])).toEqual([
      ['ERROR', undefined, 1],
      ['COMPLETE', undefined, 1],
    ]);
    expect(await store.executions.actorsWithDue(1_000)).not.toContain(actor);
    for (const _id of [purged, halted]) expect(await store.executions.claim(_id, by())).toBeNull();
  });

  it('are taken or abandoned, never both, whatever comes together', async () => {
    const steps = ['claim', 'abandon', 'halt', 'offer', 'unclaimed'] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...steps), { minLength: 1, maxLength: 6, size: 'max' }),
        fc.boolean(),
        async (together, pauses) => {
          actor = actorDbid(tenant, newId());
          const _id = pauses ? await paused(0) : await added();
          const done = await Promise.all(
            together.map(async (step): Promise<number> => {
              const { executions } = store;
              switch (step) {
                case 'claim':
                  return Number((await executions.claim(_id, by())) !== null);
                case 'abandon':
                  return executions.waiting.abandonAll(actor, 'purged');
                case 'unclaimed':
                  return executions.waiting.abandonUnclaimed(actor, 'gone');
                case 'halt':
                  return Number(await executions.waiting.finish(_id, outcome()));
                case 'offer':
                  return (await executions.retries.offerDue(actor, 10)).length * 0;
              }
            }),
          );
          const changes = done.reduce((sum, count) => sum + count, 0);
          const offersOnly = together.every((step) => step === 'offer');
          expect(changes).toBe(offersOnly ? 0 : 1);
          const record = await store.executions.find(_id);
          const taken = record?.status === 'RUNNING' && record.retry_at === undefined;
          expect(taken).toBe(
            done[together.indexOf('claim')] === 1 || together.some((s, i) => s === 'claim' && done[i] === 1),
          );
        },
      ),
      { numRuns: 40 },
    );
  });
});
