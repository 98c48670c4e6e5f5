import { type ActorDbid, actorDbid, newId, type TenantId } from '@abaco/contract';
import { type ActorChanges, type ActorFault, type ActorRecord, type Store } from '@abaco/store';
import { actorRecord, testDatabases, withStore } from './store-fixtures.js';

const fault: ActorFault = { cause: 'image-network', tries: 0, retry_at: new Date(1_000) };

describe.each(testDatabases)('actor records in $name', ({ start }) => {
  let store: Store;
  withStore(start, (connected) => (store = connected));

  it('come back as they were inserted, with any key in state and environment', async () => {
    const actor = actorRecord({
      name: 'wc',
      token: true,
      hints: ['sync'],
      mounts: [{ host_path: '/data', container_path: '/_data', mode: 'ro' }],
      state: { 'a.b': { $set: [1, null, ''] }, '': 0 },
      default_environment: { 'dotted.name': 'x', $HOME: null, PLAIN: { nested: true } },
      max_cpus: 1_000_000_000,
    });
    await store.actors.insert(actor);
    expect(await store.actors.find(actor._id)).toEqual(actor);
    expect(await store.actors.find('DEV_unknown' as ActorDbid)).toBeNull();
  });

  it('of older versions say nothing of the network, the init, the format and the run time', async () => {
    const later = { network: null, use_init: null, message_format: null, max_run_time: null };
    const old = Object.fromEntries(Object.entries(actorRecord()).filter(([name]) => !Object.hasOwn(later, name)));
    await store.actors.insert(old as unknown as ActorRecord);
    expect(await store.actors.find(old['_id'] as ActorDbid)).toEqual({ ...old, ...later });
  });

  it('are listed by tenant in order of registration', async () => {
    const mine = newId() as string as TenantId;
    const times = [3, 1, 2].map((second) => new Date(second * 1000));
    for (const create_time of times) await store.actors.insert(actorRecord({ tenant: mine, create_time }));
    await store.actors.insert(actorRecord());
    const listed = await store.actors.list(mine);
    expect(listed.map((actor) => actor.create_time.getTime() / 1000)).toEqual([1, 2, 3]);
  });

  it('are found when workers are to be kept warm for them, those of some tenants whatever they say', async () => {
    const silent = { messages_per_worker: null, scale_up_age: null, scale_up_step: null, scale_up_cooldown: null };
    const warm = { ...silent, min_workers: 2, worker_ttl: -1 };
    const mine = newId() as string as TenantId;
    const insert = async (fields: Partial<ActorRecord>): Promise<ActorDbid> => {
      const actor = actorRecord(fields);
      await store.actors.insert(actor);
      return actor._id;
    };
    const kept = await insert({ scaling: warm });
    const cold = [
      await insert({}),
      await insert({ scaling: { ...warm, min_workers: 0 } }),
      await insert({ scaling: null }),
    ];
    const inError = await insert({ scaling: warm, status: 'ERROR' });
    const ofTenant = await insert({ tenant: mine });
    const found = async (tenants: 'all' | string[]) => (await store.actors.listKeptWarm(tenants)).map(({ _id }) => _id);
    expect(await found([])).toEqual([kept]);
    expect(await found([mine])).toEqual([kept, ofTenant]);
    expect(await found('all')).toEqual(expect.arrayContaining([kept, ofTenant, ...cold]));
    expect(await found('all')).not.toContain(inError);
    expect((await store.actors.find(kept))?.scaling).toEqual(warm);
  });

  it('become READY and ERROR for their revision only', async () => {
    const { _id } = actorRecord();
    expect(await store.actors.markReady(_id, 1)).toBe(false);
    const actor = actorRecord({ revision: 2 });
    await store.actors.insert(actor);
    expect(await store.actors.markReady(actor._id, 1)).toBe(false);
    expect(await store.actors.markError(actor._id, 2, 'no image', fault)).toBe(true);
    expect(await store.actors.find(actor._id)).toMatchObject({ status: 'ERROR', status_message: 'no image' });
    expect(await store.actors.markReady(actor._id, 2)).toBe(true);
    expect(await store.actors.find(actor._id)).toMatchObject({ status: 'READY', status_message: ' ' });
    expect(await store.actors.markReady(actor._id, 2)).toBe(false);
  });

  it('in ERROR are tried again when it is time, by one process at a time, until they are READY or renewed', async () => {
    const actor = actorRecord({ status: 'SUBMITTED' });
    const hopeless = actorRecord();
    for (const record of [actor, hopeless]) await store.actors.insert(record);
    await store.actors.markError(actor._id, 1, 'no answer', fault);
    await store.actors.markError(hopeless._id, 1, 'no entry point', { cause: 'containers', tries: 0, retry_at: null });
    expect(await store.actors.faults.listDue(new Date(999), ['default'], 10)).toEqual([]);
    expect(await store.actors.faults.listDue(new Date(1_000), ['default'], 10)).toEqual([actor._id]);
    expect(await store.actors.faults.listDue(new Date(1_000), ['other'], 10)).toEqual([]);
    const next = new Date(5_000);
    const claims = await Promise.all([1, 2, 3].map(() => store.actors.faults.claim(actor._id, 1, fault, next)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await store.actors.faults.listDue(new Date(4_999), ['default'], 10)).toEqual([]);
    expect((await store.actors.find(actor._id))?.fault).toEqual({ ...fault, tries: 1, retry_at: next });
    await store.actors.update(actor._id, changes(actor), 'testuser', true);
    expect(await store.actors.find(actor._id)).toMatchObject({ status: 'SUBMITTED', fault: null });
    await store.actors.markError(actor._id, 2, 'no answer', fault);
    expect(await store.actors.faults.claim(actor._id, 1, fault, next)).toBe(false);
    await store.actors.markReady(actor._id, 2);
    expect(await store.actors.find(actor._id)).toMatchObject({ status: 'READY', fault: null });
    expect(await store.actors.faults.listDue(new Date(), ['default'], 10)).toEqual([]);
  });

  it('without a fault have none after an update, either', async () => {
    const actor = actorRecord();
    await store.actors.insert(actor);
    const updated = await store.actors.update(actor._id, changes(actor), 'testuser', false);
    expect(updated?.fault ?? null).toBeNull();
  });

  const changes = (actor: ActorRecord, fields: Partial<ActorChanges> = {}): ActorChanges => {
    const { image, description, stateless, type, token, link, webhook, hints, default_environment } = actor;
    const { privileged, queue, max_workers, mem_limit, max_cpus, use_container_uid, log_ex, api_server } = actor;
    const { network, use_init, message_format, max_run_time, uid, gid, tasdir, mounts } = actor;
    return {
      ...{ image, description, stateless, type, token, link, webhook, hints, default_environment },
      ...{ privileged, queue, max_workers, mem_limit, max_cpus, use_container_uid, log_ex, api_server },
      ...{ network, use_init, message_format, max_run_time, uid, gid, tasdir, mounts },
      ...fields,
    };
  };

  it('keep revision, status, state and all that no update says', async () => {
    const long = { create_time: new Date(0), last_update_time: new Date(0) };
    const actor = actorRecord({ ...long, name: 'n', status: 'ERROR', status_message: 'why', state: { a: 1 } });
    await store.actors.insert(actor);
    const fields = {
      description: '$image',
      hints: ['$a'],
      default_environment: { 'a.b': '$c', $d: 1 },
      max_workers: 3,
    };
    const updated = await store.actors.update(actor._id, changes(actor, fields), 'testuser', false);
    expect(updated).toEqual({ ...actor, ...fields, version: 2, last_update_time: updated?.last_update_time });
    expect(updated?.last_update_time.getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(await store.actors.find(actor._id)).toEqual(updated);
    expect(
      (await store.actors.update(actor._id, changes(actor, { state: { b: [] } }), 'testuser', false))?.state,
    ).toEqual({
      b: [],
    });
  });

  it('begin a new revision with another image or when told to', async () => {
    const actor = actorRecord({ status: 'ERROR', status_message: 'why' });
    await store.actors.insert(actor);
    const renewed = { status: 'SUBMITTED', status_message: null };
    const withImage = (image: string, renew: boolean) =>
      store.actors.update(actor._id, changes(actor, { image }), 'testuser', renew);
    expect(await withImage('$image', false)).toMatchObject({ ...renewed, revision: 2, image: '$image' });
    expect(await store.actors.markReady(actor._id, 1)).toBe(false);
    expect(await store.actors.markReady(actor._id, 2)).toBe(true);
    expect(await withImage('$image', false)).toMatchObject({ status: 'READY', status_message: ' ', revision: 2 });
    expect(await withImage('$image', true)).toMatchObject({ ...renewed, revision: 3 });
    const many = await Promise.all(Array.from({ length: 10 }, () => withImage('$image', true)));
    expect(many.map((record) => record?.revision).sort()).toEqual([10, 11, 12, 13, 4, 5, 6, 7, 8, 9]);
  });

  it('become stateful, but not stateless again, and are not updated while they are deleted', async () => {
    const actor = actorRecord();
    await store.actors.insert(actor);
    const stateless = (value: boolean) =>
      store.actors.update(actor._id, changes(actor, { stateless: value }), 'testuser', true);
    expect(await stateless(false)).toMatchObject({ stateless: false, revision: 2 });
    expect(await stateless(true)).toBeNull();
    expect(await stateless(false)).toMatchObject({ revision: 3 });
    await store.actors.markShuttingDown(actor._id);
    expect(await stateless(false)).toBeNull();
    expect(await store.actors.update(actorRecord()._id, changes(actor), 'testuser', false)).toBeNull();
  });

  it('never leave SHUTTING_DOWN, until they are deleted', async () => {
    const actor = actorRecord();
    await store.actors.insert(actor);
    expect(await store.actors.markShuttingDown(actor._id)).toMatchObject({ status: 'SHUTTING_DOWN' });
    expect(await store.actors.markReady(actor._id, 1)).toBe(false);
    expect(await store.actors.markError(actor._id, 1, 'late', fault)).toBe(false);
    expect((await store.actors.listShuttingDown()).map(({ _id }) => _id)).toContain(actor._id);
    await store.actors.delete(actor._id);
    await store.actors.delete(actor._id);
    expect(await store.actors.find(actor._id)).toBeNull();
    expect(await store.actors.markShuttingDown(actor._id)).toBeNull();
  });

  it.each(['abc', 7, true, [1, { a: 2 }], { a: { b: 1 } }, { 'x.y': '$z' }])(
    'take %j as the new state',
    async (state) => {
      const actor = actorRecord({ stateless: false, state: { old: 1 }, last_update_time: new Date(0) });
      await store.actors.insert(actor);
      const updated = await store.actors.replaceState(actor._id, state);
      expect(updated?.state).toEqual(state);
      expect(updated?.last_update_time.getTime()).toBeGreaterThan(Date.now() - 60_000);
      expect(await store.actors.find(actor._id)).toEqual(updated);
    },
  );

  it('have no state to replace when they are stateless or unknown', async () => {
    const actor = actorRecord({ stateless: true });
    await store.actors.insert(actor);
    expect(await store.actors.replaceState(actor._id, { a: 1 })).toBeNull();
    expect(await store.actors.replaceState(actorDbid('DEV' as TenantId, newId()), {})).toBeNull();
    expect(await store.actors.find(actor._id)).toEqual(actor);
  });

  it('are advanced from a cron tick by one host only, and not once their schedule is another', async () => {
    const [tick, next] = [new Date('2001-01-01T10:00:00Z'), new Date('2001-01-01T12:00:00Z')];
    const schedule = { cron_schedule: 'now + 2 hours', cron_next_ex: '2001-1-1 10', cron_start: tick, cron_due: tick };
    const actor = actorRecord({ ...schedule, cron_on: true });
    await store.actors.insert(actor);
    await store.actors.insert(actorRecord({ ...schedule, status: 'SHUTTING_DOWN' }));
    expect(await store.actors.cron.listDue(new Date(tick.getTime() - 1))).toEqual([]);
    const [due, ...others] = await store.actors.cron.listDue(tick);
    expect(others).toEqual([]);
    if (!due) throw new Error('The actor is not due');
    expect(due).toMatchObject({ _id: actor._id, cron_on: true, cron_due: tick });
    expect(await store.actors.cron.advance({ ...due, cron_schedule: 'now + 1 day' }, next, '')).toBe(false);
    const advance = () => store.actors.cron.advance(due, next, '2001-1-1 12');
    expect((await Promise.all([advance(), advance()])).filter(Boolean)).toHaveLength(1);
    expect(await store.actors.find(actor._id)).toMatchObject({ cron_due: next, cron_next_ex: '2001-1-1 12' });
  });
});
