import { newId, type HostId } from '@abaco/contract';
import { type ActorFault, type EventRecord, type LaneRecord, Store } from '@abaco/store';
import { eventually } from '../support/eventually.js';
import { actorRecord, executionRecord, outcome, tenant, type TestDatabase, testDatabases } from './store-fixtures.js';

const LEASE_MS = 60_000;
const host = 'host-1' as HostId;
const fault: ActorFault = { cause: 'engine', tries: 0, retry_at: null };

function eventRecord(fields: Partial<EventRecord> = {}): EventRecord {
  const actor = actorRecord()._id;
  return {
    _id: newId(),
    type: 'ACTOR_READY',
    tenant,
    actor_id: actor,
    time: new Date(),
    link: '',
    webhook: 'https://example.org/$hook',
    path: [actor],
    api_server: 'https://api.example.org',
    payload: '{"event_type":"ACTOR_READY","odd":"$x"}',
    ...fields,
  };
}

describe.each(testDatabases)('deliveries of events in $name', ({ start }) => {
  let database: TestDatabase;
  let store: Store;

  beforeAll(async () => {
    database = await start();
  });
  beforeEach(async () => {
    store = await Store.connect(database.uri);
    for (const target of ['link', 'webhook'] as const) {
      for (let lane; (lane = await store.events.claimLane(target, host, LEASE_MS));) await drop(lane);
    }
  });
  afterEach(() => store.close());
  afterAll(() => database.stop());

  const add = (event: EventRecord, target: 'link' | 'webhook' = 'webhook') => store.events.add(event, target);
  const claim = async (target: 'link' | 'webhook' = 'webhook'): Promise<LaneRecord> => {
    const lane = await store.events.claimLane(target, host, LEASE_MS);
    if (!lane) throw new Error('no lane is due');
    return lane;
  };
  const drop = async (lane: LaneRecord): Promise<void> => {
    for (let next; (next = await store.events.nextDelivery(lane._id));) await store.events.end(next._id, null, 1);
    await store.events.closeLane(lane);
  };

  it('come back as they were added, once, however often they are added', async () => {
    const event = eventRecord();
    await Promise.all([add(event), add(event), add(event)]);
    expect(await store.events.listDeliveries(event._id)).toEqual([
      {
        _id: `${event._id}:webhook`,
        event,
        target: 'webhook',
        lane: `${event.actor_id}:webhook`,
        status: 'WAITING',
        attempts: 0,
        last_error: null,
        created: expect.any(Date) as Date,
        delivered_time: null,
        expires: null,
      },
    ]);
    const lane = await claim();
    await store.events.end(`${event._id}:webhook`, null, 1_000);
    await add(event);
    expect(await store.events.nextDelivery(lane._id)).toBeNull();
    await drop(lane);
  });

  it('are in lanes that one host has at a time', async () => {
    await add(eventRecord());
    const claims = await Promise.all(
      Array.from({ length: 8 }, () => store.events.claimLane('webhook', host, LEASE_MS)),
    );
    const [lane, ...others] = claims.filter((claimed) => claimed !== null);
    expect(others).toEqual([]);
    expect(await store.events.claimLane('link', host, LEASE_MS)).toBeNull();
    await store.events.releaseLane(lane as LaneRecord, 0);
    await drop(await claim());
    expect(await store.events.claimLane('webhook', host, LEASE_MS)).toBeNull();
  });

  it('go to another host when the lease of the first is over, which learns so', async () => {
    await add(eventRecord());
    const first = await store.events.claimLane('webhook', 'first' as HostId, 1);
    const second = await eventually('the lease is over', () =>
      store.events.claimLane('webhook', 'second' as HostId, LEASE_MS),
    );
    expect(await store.events.renewLane(first as LaneRecord, LEASE_MS)).toBe(false);
    await store.events.closeLane(first as LaneRecord);
    await store.events.releaseLane(first as LaneRecord, 0);
    expect(await store.events.claimLane('webhook', host, LEASE_MS)).toBeNull();
    expect(await store.events.renewLane(second, LEASE_MS)).toBe(true);
    await drop(second);
  });

  it('go on at once when the host that died is back', async () => {
    await add(eventRecord());
    const [dead, other] = ['dead', 'other'] as HostId[];
    const held = await store.events.claimLane('webhook', dead as HostId, LEASE_MS);
    await store.events.releaseLanesOf(other as HostId);
    expect(await store.events.claimLane('webhook', host, LEASE_MS)).toBeNull();
    await store.events.releaseLanesOf(dead as HostId);
    const lane = await claim();
    expect(lane._id).toBe(held?._id);
    await drop(lane);
  });

  it('are listed by actor, the newest first, page by page, with the next attempt of each lane', async () => {
    const actor_id = actorRecord()._id;
    const added: string[] = [];
    for (let n = 0; n < 3; n++) {
      const event = eventRecord({ actor_id });
      await add(event);
      added.unshift(`${event._id}:webhook`);
    }
    await add(eventRecord({ actor_id: actorRecord()._id }));
    const page = await store.events.listOfActor(actor_id, { size: 2 });
    expect(page.map(({ _id }) => _id)).toEqual(added);
    const last = page[1];
    const after = { time: last?.created ?? new Date(0), id: last?._id ?? '' };
    const rest = await store.events.listOfActor(actor_id, { size: 2, after });
    expect(rest.map(({ _id }) => _id)).toEqual(added.slice(2));
    const next = await store.events.nextAttemptsOf(actor_id);
    expect([...next]).toEqual([[added[2], expect.any(Date)]]);
  });

  it('that come while a lane is being closed are not forgotten', async () => {
    const event = eventRecord();
    await add(event);
    const lane = await claim();
    await store.events.end(`${event._id}:webhook`, null, 1_000);
    expect(await store.events.nextDelivery(lane._id)).toBeNull();
    const late = eventRecord({ actor_id: event.actor_id });
    await add(late);
    expect(await store.events.closeLane(lane)).toBe(false);
    const again = await claim();
    expect((await store.events.nextDelivery(again._id))?.event._id).toBe(late._id);
    await drop(again);
  });

  it('wait as long as they should, others meanwhile do not', async () => {
    await add(eventRecord());
    await store.events.releaseLane(await claim(), 3_600_000);
    expect(await store.events.claimLane('webhook', host, LEASE_MS)).toBeNull();
    const other = eventRecord();
    await add(other);
    const lane = await claim();
    expect(lane._id).toBe(`${other.actor_id}:webhook`);
    await drop(lane);
  });

  it('that are over keep how they ended, and never begin again', async () => {
    const event = eventRecord();
    const id = `${event._id}:webhook`;
    await add(event);
    await store.events.noteFailure(id, '$odd');
    await store.events.end(id, '$$NOW', 3_600_000);
    await store.events.end(id, null, 3_600_000);
    await store.events.noteFailure(id, 'late');
    const [ended] = await store.events.listDeliveries(event._id);
    expect(ended).toMatchObject({ status: 'FAILED', attempts: 2, last_error: '$$NOW', delivered_time: null });
    expect(Number(ended?.expires) - Date.now()).toBeGreaterThan(3_500_000);

    const other = eventRecord();
    await add(other);
    await store.events.noteFailure(`${other._id}:webhook`, 'Status 500.');
    await store.events.end(`${other._id}:webhook`, null, 1_000);
    expect(await store.events.listDeliveries(other._id)).toEqual([
      expect.objectContaining({
        status: 'DELIVERED',
        attempts: 2,
        last_error: 'Status 500.',
        delivered_time: expect.any(Date) as Date,
      }),
    ]);
    await drop(await claim());
    await drop(await claim());
  });

  it('come oldest first, each lane for itself', async () => {
    const { actor_id } = eventRecord();
    const events = [2, 1, 3].map((age) => eventRecord({ actor_id, time: new Date(Date.now() - age) }));
    for (const event of events) {
      await add(event);
      await add(event, 'link');
    }
    const lane = await claim('link');
    const order: string[] = [];
    for (let next; (next = await store.events.nextDelivery(lane._id));) {
      order.push(next.event._id);
      await store.events.end(next._id, null, 1_000);
    }
    expect(order).toEqual(events.map(({ _id }) => _id));
    await store.events.closeLane(lane);
    await drop(await claim());
  });

  it('are written with the change of an actor, and only with it', async () => {
    const actor = actorRecord();
    await store.actors.insert(actor);
    const ready = eventRecord({ actor_id: actor._id, link: actor._id });
    const error = eventRecord({ actor_id: actor._id, type: 'ACTOR_ERROR' });
    expect(await store.actors.markReady(actor._id, 7, ready)).toBe(false);
    expect(await store.actors.events.list(actor._id)).toEqual([]);
    expect(await store.actors.markReady(actor._id, 1, ready)).toBe(true);
    expect(await store.actors.markReady(actor._id, 1, ready)).toBe(false);
    expect(await store.actors.markError(actor._id, 1, 'broken', fault, error)).toBe(true);
    expect(await store.actors.markError(actor._id, 1, 'again', fault, eventRecord({ actor_id: actor._id }))).toBe(true);
    expect(await store.actors.find(actor._id)).toMatchObject({ status: 'ERROR', status_message: 'again' });
    expect(await store.actors.events.list(actor._id)).toEqual([ready, error]);
    expect(await store.actors.events.listRecords(9)).toEqual([actor._id]);
    await store.actors.events.remove(actor._id, ready._id);
    await store.actors.events.remove(actor._id, ready._id);
    expect(await store.actors.events.list(actor._id)).toEqual([error]);
    await store.actors.events.remove(actor._id, error._id);
    expect(await store.actors.events.listRecords(9)).toEqual([]);
  });

  it('are written with the end of an execution, and only with it', async () => {
    const execution = executionRecord(actorRecord()._id);
    await store.executions.insert(execution);
    await store.executions.claim(execution._id, { workerId: newId(), hostId: host, leaseMs: LEASE_MS });
    const complete = eventRecord({ actor_id: execution.actor_id, type: 'EXECUTION_COMPLETE' });
    expect(await store.executions.finish(execution._id, 2, outcome(), complete)).toBe(false);
    expect(await store.executions.events.listRecords(9)).toEqual([]);
    expect(await store.executions.finish(execution._id, 1, outcome(), complete)).toBe(true);
    expect(await store.executions.events.list(execution._id)).toEqual([complete]);
    expect(await store.executions.events.listRecords(9)).toEqual([execution._id]);
    await store.executions.events.remove(execution._id, complete._id);
    expect(await store.executions.events.listRecords(9)).toEqual([]);
  });
});
