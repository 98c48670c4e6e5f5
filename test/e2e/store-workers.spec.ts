import fc from 'fast-check';
import {
  actorDbid,
  type ActorDbid,
  type HostId,
  newId,
  type TenantId,
  workerPredecessors,
  type WorkerStatus,
} from '@abaco/contract';
import { type Store, type WorkerRecord } from '@abaco/store';
import { eventually } from '../support/eventually.js';
import { tenant, testDatabases, withStore } from './store-fixtures.js';

const statuses = Object.keys(workerPredecessors) as WorkerStatus[];

const host = 'claimer' as HostId;

describe.each(testDatabases)('workers and hosts in $name', ({ start }) => {
  let store: Store;
  let actor: ActorDbid;
  withStore(start, (connected) => (store = connected));

  const claim = (maxSlots: number) =>
    store.workers.claimSlot(
      { tenant, id: newId(), actor_id: actor, revision: 1, host_id: host, host_ip: '127.0.0.1' },
      maxSlots,
    );
  const claimed = async (): Promise<WorkerRecord> => (await claim(100))!;

  beforeEach(() => (actor = actorDbid(tenant, newId())));

  it('fill exactly the allowed slots when many ask at once', async () => {
    const records = await Promise.all(Array.from({ length: 20 }, () => claim(5)));
    const slots = records.filter((record) => record !== null).map(({ slot }) => slot);
    expect(slots.sort()).toEqual([0, 1, 2, 3, 4]);
    expect(await claim(5)).toBeNull();
    expect((await store.workers.list(actor)).map(({ slot }) => slot).sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it('take the lowest slot that is free', async () => {
    const [, second] = [await claimed(), await claimed(), await claimed()];
    await store.workers.delete(actor, second.id);
    expect(await store.workers.find(actor, second.id)).toBeNull();
    expect(await claim(3)).toMatchObject({ slot: 1, status: 'REQUESTED', revision: 1, cid: null });
  });

  it('come back as they were claimed', async () => {
    const worker = await claimed();
    expect(await store.workers.find(actor, worker.id)).toEqual(worker);
  });

  it('belong to their host from the first record on, so that none of a killed host is left', async () => {
    expect(await claimed()).toMatchObject({ status: 'REQUESTED', host_id: host });
    expect(await store.workers.hosts()).toContain(host);
    await store.workers.deleteOnHost(host);
    expect(await store.workers.list(actor)).toEqual([]);
    expect(await store.workers.hosts()).not.toContain(host);
  });

  it.each(statuses)('come into %s from its predecessors only', async (to) => {
    for (const from of statuses) {
      const { id } = await claimed();
      for (const step of pathTo(from)) await store.workers.transition(actor, id, step);
      expect((await store.workers.find(actor, id))?.status).toBe(from);
      const allowed = workerPredecessors[to]?.includes(from) ?? true;
      expect([from, await store.workers.transition(actor, id, to, { cid: 'new' })]).toEqual([from, allowed]);
      const expected = allowed ? { status: to, cid: 'new' } : { status: from, cid: null };
      expect(await store.workers.find(actor, id)).toMatchObject(expected);
      await store.workers.delete(actor, id);
    }
  });

  it('are noted to be well, those that have started on that host', async () => {
    const [ready, starting] = [await claimed(), await claimed()];
    for (const to of ['SPAWNER SETUP', 'PULLING IMAGE', 'CREATING CONTAINER', 'UPDATING STORE', 'READY'] as const) {
      await store.workers.transition(actor, ready.id, to);
    }
    const ids = [ready._id, starting._id];
    await store.workers.noteHealthy('other' as HostId, ids);
    expect((await store.workers.find(actor, ready.id))?.last_health_check_time).toBeNull();
    await store.workers.noteHealthy(host, ids);
    expect((await store.workers.find(actor, ready.id))?.last_health_check_time).toBeInstanceOf(Date);
    expect((await store.workers.find(actor, starting.id))?.last_health_check_time).toBeNull();
  });

  it('follow the table whatever is asked of them, one after the other or at once', async () => {
    const rounds = fc.array(fc.array(fc.constantFrom(...statuses), { minLength: 1, maxLength: 3 }), {
      maxLength: 8,
      size: 'max',
    });
    await fc.assert(
      fc.asyncProperty(rounds, async (asked) => {
        const { id } = await claimed();
        let possible = new Set<WorkerStatus>(['REQUESTED']);
        for (const round of asked) {
          const allowed = await Promise.all(round.map((to) => store.workers.transition(actor, id, to)));
          const taken = round.filter((_, index) => allowed[index]);
          possible = new Set([...possible].flatMap((from) => outcomes(from, round, taken)));
          const { status } = (await store.workers.find(actor, id))!;
          expect([...possible]).toContain(status);
          possible = new Set([status]);
        }
        await store.workers.delete(actor, id);
      }),
      { numRuns: 40 },
    );
  });

  it('cannot change once they are gone', async () => {
    expect(await store.workers.transition(actor, newId(), 'ERROR')).toBe(false);
  });

  it('are asked to stop in any status, and cannot go on then', async () => {
    const hostId = newId() as string as HostId;
    const { id } = await claimed();
    await store.workers.transition(actor, id, 'SPAWNER SETUP', { host_id: hostId });
    expect(await store.workers.listStopping(hostId)).toEqual([]);
    expect(await store.workers.requestShutdown(actor, id)).toBe(true);
    expect(await store.workers.requestShutdown(actor, id)).toBe(true);
    expect(await store.workers.listStopping(hostId)).toMatchObject([{ id, status: 'SHUTDOWN_REQUESTED' }]);
    expect(await store.workers.transition(actor, id, 'PULLING IMAGE')).toBe(false);
    await store.workers.transition(actor, id, 'SHUTTING_DOWN');
    expect(await store.workers.listStopping(hostId)).toEqual([]);
    await store.workers.delete(actor, id);
    expect(await store.workers.requestShutdown(actor, id)).toBe(false);
  });

  it('are asked to stop all at once, those of one actor', async () => {
    const mine = actor;
    await claimed();
    await claimed();
    actor = actorDbid(tenant, newId());
    await claimed();
    await store.workers.requestShutdownOfAll(mine);
    const statuses = async (of: ActorDbid) => (await store.workers.list(of)).map(({ status }) => status);
    expect(await statuses(mine)).toEqual(['SHUTDOWN_REQUESTED', 'SHUTDOWN_REQUESTED']);
    expect(await statuses(actor)).toEqual(['REQUESTED']);
  });

  it('are counted by actor and status, by tenant, and on other hosts', async () => {
    const mine = newId() as string as TenantId;
    const claimOf = async (host_id: HostId) =>
      (await store.workers.claimSlot(
        { tenant: mine, id: newId(), actor_id: actor, revision: 1, host_id, host_ip: '::1' },
        9,
      ))!;
    const [first] = [await claimOf(host), await claimOf(host), await claimOf(host)];
    const elsewhere = await claimOf('another' as HostId);
    for (const { id } of [first, elsewhere]) await store.workers.transition(actor, id, 'SPAWNER SETUP');
    const counts = (await store.workers.countByActor()).filter(({ tenant }) => tenant === mine);
    expect(counts).toHaveLength(2);
    for (const status of ['REQUESTED', 'SPAWNER SETUP'] as const) {
      expect(counts).toContainEqual({ tenant: mine, actor_id: actor, status, count: 2 });
    }
    expect(await store.workers.countOf(mine)).toBe(4);
    expect((await store.workers.countElsewhere(host)).get(mine)).toBe(1);
    expect((await store.workers.countElsewhere('third' as HostId)).get(mine)).toBe(2);
  });

  it('are counted, listed and removed by host', async () => {
    const hostId = newId() as string as HostId;
    for (const worker of [await claimed(), await claimed()]) {
      await store.workers.transition(actor, worker.id, 'SPAWNER SETUP', { host_id: hostId });
    }
    await claimed();
    expect(await store.workers.countOnHost(hostId)).toBe(2);
    expect(await store.workers.listOnHost(hostId)).toHaveLength(2);
    expect(await store.workers.deleteOnHost(hostId)).toBe(2);
    expect(await store.workers.list(actor)).toHaveLength(1);
  });

  describe('hosts', () => {
    const id = () => newId() as string as HostId;

    it('belong to one living process', async () => {
      const host = id();
      const registered = await Promise.all(
        ['a', 'b', 'c', 'd'].map((incarnation) => store.hosts.register(host, '10.0.0.1', incarnation, 60_000)),
      );
      expect(registered.filter(Boolean)).toHaveLength(1);
      const record = await store.hosts.find(host);
      expect(record?.incarnation).toBe('abcd'[registered.indexOf(true)]);
      expect(await store.hosts.register(host, '10.0.0.2', record!.incarnation, 60_000)).toBe(true);
      expect(await store.hosts.find(host)).toMatchObject({ ip: '10.0.0.2', started: record!.started });
    });

    it('pass to another process when their lease has ended', async () => {
      const host = id();
      await store.hosts.register(host, '$ip', '$a', 1);
      await eventually('the end of the lease', () => store.hosts.register(host, '10.0.0.2', 'b', 60_000));
      expect(await store.hosts.heartbeat(host, '$a', 60_000)).toBe(false);
      expect(await store.hosts.heartbeat(host, 'b', 60_000)).toBe(true);
      await store.hosts.leave(host, '$a');
      expect(await store.hosts.register(host, '10.0.0.3', 'c', 60_000)).toBe(false);
      await store.hosts.leave(host, 'b');
      expect(await store.hosts.register(host, '10.0.0.3', 'c', 60_000)).toBe(true);
    });

    it('are found when their lease has ended, until they are removed', async () => {
      const host = id();
      const expired = async () => (await store.hosts.listExpired()).some(({ _id }) => _id === host);
      await store.hosts.register(host, '10.0.0.1', 'a', 60_000);
      expect(await expired()).toBe(false);
      expect(await store.hosts.remove(host, 'a')).toBe(false);
      await store.hosts.leave(host, 'a');
      expect(await expired()).toBe(true);
      expect(await store.hosts.remove(host, 'b')).toBe(false);
      expect(await store.hosts.remove(host, 'a')).toBe(true);
      expect(await expired()).toBe(false);
    });
  });
});

/** The transitions that bring a new worker into a status. */
function pathTo(status: WorkerStatus): WorkerStatus[] {
  const life: WorkerStatus[] = [
    'SPAWNER SETUP',
    'PULLING IMAGE',
    'CREATING CONTAINER',
    'UPDATING STORE',
    'READY',
    'BUSY',
  ];
  if (status === 'REQUESTED') return [];
  return life.includes(status) ? life.slice(0, life.indexOf(status) + 1) : [status];
}

/** Where a worker can be after these requests in some order, of which those in `taken` were allowed and the others refused. */
function outcomes(from: WorkerStatus, asked: readonly WorkerStatus[], taken: readonly WorkerStatus[]): WorkerStatus[] {
  if (asked.length === 0) return taken.length === 0 ? [from] : [];
  return asked.flatMap((to, index) => {
    const rest = asked.filter((_, other) => other !== index);
    const allowed = workerPredecessors[to]?.includes(from) ?? true;
    const restTaken = taken.filter((_, other) => other !== taken.indexOf(to));
    if (allowed && taken.includes(to)) return outcomes(to, rest, restTaken);
    // a refused one: there were fewer allowed than asked for
    const refused = asked.filter((each) => each === to).length > taken.filter((each) => each === to).length;
    return !allowed && refused ? outcomes(from, rest, taken) : [];
  });
}
