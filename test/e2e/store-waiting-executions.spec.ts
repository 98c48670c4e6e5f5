import { actorDbid, type ActorDbid, type ExecutionDbid, type HostId, newId, type WorkerId } from '@abaco/contract';
import { type ExecutionRecord, type Store } from '@abaco/store';
import { eventually } from '../support/eventually.js';
import { executionRecord, tenant, testDatabases, withStore } from './store-fixtures.js';

describe.each(testDatabases)('executions that wait, in $name', ({ start }) => {
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

  it('are counted up to a number while they wait', async () => {
    for (let i = 0; i < 5; i++) await added();
    await store.executions.claim(await added(), by());
    expect(await store.executions.figures.countSubmitted(actor)).toBe(5);
    expect(await store.executions.figures.countSubmitted(actor, 4)).toBe(4);
    expect(await store.executions.figures.countSubmitted(actor, 9)).toBe(5);
  });

  it('tell when the oldest that waits was received', async () => {
    expect(await store.executions.figures.oldestSubmitted(actor)).toBeNull();
    const [first, second, third] = [1_000, 2_000, 3_000].map((time) => new Date(time));
    await added({ message_received_time: second });
    const oldest = await added({ message_received_time: first });
    await added({ message_received_time: third });
    expect(await store.executions.figures.oldestSubmitted(actor)).toEqual(first);
    await store.executions.claim(oldest, by());
    expect(await store.executions.figures.oldestSubmitted(actor)).toEqual(second);
  });

  it('are counted by actor while they wait, most first', async () => {
    const few = actor;
    await added();
    await store.executions.claim(await added(), by());
    actor = actorDbid(tenant, newId());
    const many = actor;
    for (let i = 0; i < 3; i++) await added();
    const counts = (await store.executions.figures.waitingByActor()).filter(({ actor_id }) =>
      [few, many].includes(actor_id),
    );
    expect(counts).toEqual([
      { tenant, actor_id: many, count: 3, oldest: await store.executions.figures.oldestSubmitted(many) },
      { tenant, actor_id: few, count: 1, oldest: await store.executions.figures.oldestSubmitted(few) },
    ]);
  });

  it('are counted and abandoned by actor while they wait', async () => {
    const ids = [await added(), await added(), await added()];
    await store.executions.claim(ids[0]!, by());
    expect(await store.executions.figures.countSubmitted(actor)).toBe(2);
    expect(await store.executions.waiting.abandonAll(actor, 'The actor was deleted.')).toBe(2);
    expect(await store.executions.figures.countSubmitted(actor)).toBe(0);
    expect((await store.executions.find(ids[0]!))?.status).toBe('RUNNING');
    const abandoned = await store.executions.find(ids[1]!);
    expect(abandoned).toMatchObject({ status: 'ERROR', error: 'The actor was deleted.' });
    expect(abandoned?.finish_time).toBeInstanceOf(Date);
  });

  it('are abandoned in batches, however many wait, and those whose message has a body are named', async () => {
    const waiting = 2_100;
    const body = { kind: 'stored-text', bytes: 100_000 } as const;
    const ids: ExecutionDbid[] = [];
    while (ids.length < waiting) {
      // not all at once: a command that waits for 2,000 others may take longer than a command may
      const some = Array.from({ length: 100 }, (_, at) =>
        added((ids.length + at) % 500 === 0 ? { message: body } : {}),
      );
      ids.push(...(await Promise.all(some)));
    }
    const batches: string[][] = [];
    const ended = await store.executions.waiting.abandonAll(actor, 'x', (withBody) => {
      batches.push(withBody.map(({ _id }) => _id));
      return Promise.resolve();
    });
    expect(ended).toBe(waiting);
    expect(batches).toHaveLength(3);
    expect(batches.flat().sort()).toEqual(ids.filter((_, at) => at % 500 === 0).sort());
    expect(await store.executions.figures.countSubmitted(actor)).toBe(0);
  });

  it('are due when they wait too long or their lease has ended, oldest first', async () => {
    const at = (seconds: number) => ({ message_received_time: new Date(Date.now() - seconds * 1000) });
    const expired = await added(at(200));
    const old = await added(at(100));
    const older = await added(at(300));
    const running = await added(at(400));
    const final = await added(at(500));
    await added(); // too young
    await store.executions.claim(expired, by(1));
    await store.executions.claim(running, by());
    await store.executions.abandon(final, 'x');
    const due = async (limit = 10) => (await store.executions.findDue(actor, 60_000, limit)).map(({ _id }) => _id);
    await eventually('the end of the lease', async () => (await due()).length === 3);
    expect(await due()).toEqual([older, expired, old]);
    expect(await due(2)).toEqual([older, expired]);
  });

  it('name the actors with something due', async () => {
    const mine = async () => (await store.executions.actorsWithDue()).filter((each) => each === actor);
    const _id = await added();
    await added();
    expect(await mine()).toEqual([actor]);
    await store.executions.waiting.abandonAll(actor, 'x');
    expect(await mine()).toEqual([]);
    const leased = await added();
    await store.executions.claim(leased, by());
    expect(await mine()).toEqual([]);
    await store.executions.release(leased, 1, 'stopped');
    expect(await mine()).toEqual([actor]);
    expect((await store.executions.find(_id))?.status).toBe('ERROR');
  });
});
