import { actorDbid, type ActorDbid, type ExecutionDbid, type HostId, newId, type WorkerId } from '@abaco/contract';
import { DuplicateIdempotencyKey, type ExecutionRecord, type Store } from '@abaco/store';
import { eventually } from '../support/eventually.js';
import { executionRecord, outcome, tenant, testDatabases, withStore } from './store-fixtures.js';

describe.each(testDatabases)('execution records in $name', ({ start }) => {
  let store: Store;
  let actor: ActorDbid;
  withStore(start, (connected) => (store = connected));

  const host = 'host-1' as HostId;
  const by = (leaseMs = 60_000) => ({ workerId: newId<WorkerId>(), hostId: host, leaseMs });
  const added = async (fields: Partial<ExecutionRecord> = {}): Promise<ExecutionDbid> => {
    const record = executionRecord(actor, fields);
    await store.executions.insert(record);
    return record._id;
  };

  beforeEach(() => (actor = actorDbid(tenant, newId())));

  it('need the bodies of their messages until they have ended, and as dead letters', async () => {
    const waiting = await added();
    const ended = await added();
    const dead = await added();
    for (const execution of [ended, dead]) await store.executions.claim(execution, by());
    await store.executions.finish(ended, 1, outcome({ status: 'ERROR' }));
    const letter = { time: new Date(), expires: null };
    await store.executions.finish(dead, 1, outcome({ status: 'ERROR', dead_letter: letter }));
    const needs = async (): Promise<Record<string, boolean>> => {
      const known = await store.executions.listBodyNeeds([waiting, ended, dead, `${actor}_none` as ExecutionDbid]);
      return Object.fromEntries(known.map(({ _id, isNeeded }) => [_id, isNeeded]));
    };
    expect(await needs()).toEqual({ [waiting]: true, [ended]: false, [dead]: true });
    await store.executions.deadLetters.remove(dead);
    expect(await needs()).toEqual({ [waiting]: true, [ended]: false, [dead]: false });
  });

  it('come back as they were inserted', async () => {
    const record = executionRecord(actor, {
      message: { kind: 'json', text: '{"a": 1.0}' },
      environment: [{ name: 'dotted.$name', value: '' }],
      idempotency_key: 'key',
      final_state: { Health: { 'a.b': 1 } },
    });
    await store.executions.insert(record);
    expect(await store.executions.find(record._id)).toEqual(record);
    expect(await store.executions.find('unknown' as ExecutionDbid)).toBeNull();
  });

  it('have one execution for an idempotency key of an actor', async () => {
    const _id = await added({ idempotency_key: 'key' });
    await expect(added({ idempotency_key: 'key' })).rejects.toEqual(new DuplicateIdempotencyKey(actor, 'key'));
    expect((await store.executions.findByIdempotencyKey(actor, 'key'))?._id).toBe(_id);
    expect(await store.executions.findByIdempotencyKey(actor, 'other')).toBeNull();
    await added();
    await added(); // any number without a key
    actor = actorDbid(tenant, newId());
    await added({ idempotency_key: 'key' });
  });

  it('free their idempotency key when they are refused, and only then', async () => {
    const refused = await added({ idempotency_key: 'key' });
    expect(await store.executions.refuse(refused, 'not accepted')).toBe(true);
    expect(await store.executions.find(refused)).toMatchObject({ status: 'ERROR', error: 'not accepted' });
    expect(await store.executions.findByIdempotencyKey(actor, 'key')).toBeNull();
    const claimed = await added({ idempotency_key: 'key' });
    await store.executions.claim(claimed, by());
    expect(await store.executions.refuse(claimed, 'too late')).toBe(false);
    expect((await store.executions.findByIdempotencyKey(actor, 'key'))?.status).toBe('RUNNING');
  });

  it('tell how far they are, many at a time', async () => {
    const [waiting, running, failed] = [await added(), await added(), await added()];
    await store.executions.claim(running, by());
    await store.executions.abandon(failed, 'why');
    const progress = await store.executions.listProgress([waiting, running, failed, 'unknown' as ExecutionDbid]);
    const order = [waiting, running, failed];
    expect(progress.sort((a, b) => order.indexOf(a._id) - order.indexOf(b._id))).toEqual([
      { _id: waiting, status: 'SUBMITTED', attempt: 0, host_id: null, error: null },
      { _id: running, status: 'RUNNING', attempt: 1, host_id: host, error: null },
      { _id: failed, status: 'ERROR', attempt: 0, host_id: null, error: 'why' },
    ]);
  });

  it('are claimed by exactly one of many workers', async () => {
    const _id = await added();
    const claims = await Promise.all(Array.from({ length: 50 }, () => store.executions.claim(_id, by())));
    const won = claims.filter((claim) => claim !== null);
    expect(won).toHaveLength(1);
    expect(won[0]).toMatchObject({ status: 'RUNNING', attempt: 1, host_id: host });
    expect(await store.executions.find(_id)).toEqual(won[0]);
  });

  it('are either claimed or abandoned', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => added()));
    for (const _id of ids) {
      const [claimed, abandoned] = await Promise.all([
        store.executions.claim(_id, by()),
        store.executions.abandon(_id, 'purged'),
      ]);
      expect((claimed === null) === abandoned).toBe(true);
      const record = await store.executions.find(_id);
      expect([record?.status, record?.error]).toEqual(abandoned ? ['ERROR', 'purged'] : ['RUNNING', null]);
    }
  });

  it('get a lease in database time', async () => {
    const _id = await added();
    const before = Date.now();
    const claimed = await store.executions.claim(_id, by(10_000));
    const lease = claimed?.lease_expires?.getTime() ?? 0;
    expect(lease).toBeGreaterThanOrEqual(before + 10_000 - 1000);
    expect(lease).toBeLessThanOrEqual(Date.now() + 10_000 + 1000);
    expect(await store.executions.renewLease(_id, 1, 20_000)).toBe(true);
    expect((await store.executions.find(_id))?.lease_expires?.getTime()).toBeGreaterThanOrEqual(lease + 9_000);
  });

  it('are taken again when a lease has ended, and the former attempt may not write any more', async () => {
    const _id = await added();
    expect((await store.executions.claim(_id, by(1)))?.attempt).toBe(1);
    const second = await eventually('a second claim', () => store.executions.claim(_id, by()));
    expect(second).toMatchObject({ attempt: 2, status: 'RUNNING', start_time: null });

    expect(await store.executions.finish(_id, 1, outcome())).toBe(false);
    expect(await store.executions.renewLease(_id, 1, 60_000)).toBe(false);
    expect(await store.executions.markStarted(_id, 1, new Date())).toBe(false);
    expect(await store.executions.release(_id, 1, 'stopped')).toBe(false);
    expect(await store.executions.find(_id)).toEqual(second);
  });

  it('are taken again as soon as they are released', async () => {
    const _id = await added();
    await store.executions.claim(_id, by());
    expect(await store.executions.claim(_id, by())).toBeNull();
    expect(await store.executions.release(_id, 1, 'stopped')).toBe(true);
    expect((await store.executions.claim(_id, by()))?.attempt).toBe(2);
  });

  it('that were released stay so: no late renewal holds them, nor a clock that is set back', async () => {
    const _id = await added();
    await store.executions.claim(_id, by());
    await store.executions.release(_id, 1, 'stopped');
    expect(await store.executions.renewLease(_id, 1, 60_000)).toBe(false);
    expect((await store.executions.find(_id))?.lease_expires).toEqual(new Date(0));
    expect((await store.executions.claim(_id, by()))?.attempt).toBe(2);
    expect(await store.executions.renewLease(_id, 2, 60_000)).toBe(true);
  });

  it('can be asked to halt while they run', async () => {
    const hostId = newId() as string as HostId;
    const _id = await added();
    const halting = async () => (await store.executions.listHalting(hostId)).map((execution) => execution._id);
    expect(await store.executions.requestHalt(_id)).toBe(false);
    expect((await store.executions.claim(_id, { ...by(1), hostId }))?.halt_requested).toBe(false);
    expect(await halting()).toEqual([]);
    expect(await store.executions.requestHalt(_id)).toBe(true);
    expect(await store.executions.requestHalt(_id)).toBe(true);
    expect(await halting()).toEqual([_id]);
    const again = await eventually('a second claim', () => store.executions.claim(_id, { ...by(), hostId }));
    expect(again).toMatchObject({ attempt: 2, halt_requested: true });
    await store.executions.finish(_id, 2, outcome());
    expect(await store.executions.requestHalt(_id)).toBe(false);
    expect(await halting()).toEqual([]);
    expect(await store.executions.requestHalt('DEV_unknown_x' as ExecutionDbid)).toBe(false);
  });

  it('can be asked to halt all at once, of one actor and as far as they run', async () => {
    const hostId = newId() as string as HostId;
    const [first, second, waiting, done] = [await added(), await added(), await added(), await added()];
    for (const _id of [first, second, done]) await store.executions.claim(_id, { ...by(), hostId });
    await store.executions.finish(done, 1, outcome());
    const mine = actor;
    actor = actorDbid(tenant, newId());
    const other = await added();
    await store.executions.claim(other, { ...by(), hostId });
    await store.executions.requestHaltOfAll(mine);
    const halting = (await store.executions.listHalting(hostId)).map(({ _id }) => _id);
    expect(halting.sort()).toEqual([first, second].sort());
    expect(await store.executions.find(waiting)).toMatchObject({ status: 'SUBMITTED', halt_requested: false });
  });

  it('keep what the attempt writes, and are final then', async () => {
    const _id = await added();
    await store.executions.claim(_id, by());
    const started = new Date(1_000);
    expect(await store.executions.markStarted(_id, 1, started)).toBe(true);
    expect((await store.executions.find(_id))?.start_time).toEqual(started);
    const result = outcome({ start_time: started, final_state: { Status: 'exited', 'odd.key': '$x', $y: null } });
    expect(await store.executions.finish(_id, 1, result)).toBe(true);

    const record = await store.executions.find(_id);
    expect(record).toMatchObject({ ...result, error: null, lease_expires: null, attempt: 1 });
    expect(await store.executions.claim(_id, by())).toBeNull();
    expect(await store.executions.finish(_id, 1, outcome({ status: 'ERROR' }))).toBe(false);
    expect(await store.executions.renewLease(_id, 1, 1000)).toBe(false);
    expect(await store.executions.abandon(_id, 'late')).toBe(false);
    expect(await store.executions.find(_id)).toEqual(record);
  });

  it('keep texts that look like database expressions', async () => {
    const _id = await added();
    const workerId = '$attempt' as WorkerId;
    expect(await store.executions.claim(_id, { ...by(), workerId })).toMatchObject({ worker_id: '$attempt' });
    await store.executions.finish(_id, 1, outcome({ status: 'ERROR', error: '$$NOW' }));
    expect(await store.executions.find(_id)).toMatchObject({ status: 'ERROR', error: '$$NOW' });
  });

  it('are listed by the host that runs them', async () => {
    const hostId = newId() as string as HostId;
    const [first, second] = [await added(), await added()];
    await store.executions.claim(first, { ...by(), hostId });
    await store.executions.claim(second, { ...by(), hostId });
    await store.executions.finish(second, 1, outcome());
    expect((await store.executions.listRunning(hostId)).map(({ _id }) => _id)).toEqual([first]);
  });

  it('are summarized in order of creation, with totals', async () => {
    expect(await store.executions.figures.summarize(actor)).toEqual({
      totals: { total_executions: 0, total_cpu: 0, total_io: 0, total_runtime: 0 },
      executions: [],
    });
    const times = [30, 10, 20].map((second) => new Date(second * 1000));
    for (const message_received_time of times) await added({ message_received_time, runtime: 2, cpu: 1e15, io: 5 });
    const { totals, executions } = await store.executions.figures.summarize(actor);
    expect(totals).toEqual({ total_executions: 3, total_cpu: 3e15, total_io: 15, total_runtime: 6 });
    expect(executions.map((item) => item.message_received_time.getTime() / 1000)).toEqual([10, 20, 30]);
    expect(Object.keys(executions[0]!).sort()).toEqual(
      ['finish_time', 'id', 'message_received_time', 'start_time', 'status'].sort(),
    );
  });
});
