import { newId, type HostId } from '@abaco/contract';
import { type EventRecord, type LaneRecord, Store } from '@abaco/store';
import { EventRelay } from '../../libs/runtime/src/events/event-relay.js';
import type { DeliveryOutcome } from '../../libs/runtime/src/events/delivery-outcome.js';
import { LaneDelivery } from '../../libs/runtime/src/events/lane-delivery.js';
import { RecordedLog } from '../../apps/server/test-support/api-application.js';
import { eventually } from '../support/eventually.js';
import { actorRecord, executionRecord, outcome, tenant, type TestDatabase, testDatabases } from './store-fixtures.js';

const LEASE_MS = 60_000;
const host = 'host-1' as HostId;
const never = new AbortController().signal;

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

  it('that come while a lane is being closed are not forgotten', async () => {
    const event = eventRecord();
    await add(event);
    const lane = await claim();
    await store.events.end(`${event._id}:webhook`, null, 1_000);
    expect(await store.events.nextDelivery(lane._id)).toBeNull();
    const late = eventRecord({ actor_id: event.actor_id });
    await add(late);
    await store.events.closeLane(lane);
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

  describe('of records', () => {
    it('are made of the events of the actor, then of its execution, and leave none behind', async () => {
      const actor = actorRecord();
      await store.actors.insert(actor);
      const ready = eventRecord({ actor_id: actor._id, link: actor._id });
      const error = eventRecord({ actor_id: actor._id, type: 'ACTOR_ERROR' });
      expect(await store.actors.markReady(actor._id, 7, ready)).toBe(false);
      expect(await store.actors.events.list(actor._id)).toEqual([]);
      expect(await store.actors.markReady(actor._id, 1, ready)).toBe(true);
      expect(await store.actors.markError(actor._id, 1, 'broken', error)).toBe(true);
      const execution = executionRecord(actor._id);
      await store.executions.insert(execution);
      await store.executions.claim(execution._id, { workerId: newId(), hostId: newId(), leaseMs: LEASE_MS });
      const complete = eventRecord({ actor_id: actor._id, type: 'EXECUTION_COMPLETE' });
      expect(await store.executions.finish(execution._id, 2, outcome(), complete)).toBe(false);
      expect(await store.executions.finish(execution._id, 1, outcome(), complete)).toBe(true);
      expect(await store.executions.events.listRecords(9)).toEqual([execution._id]);

      const relay = new EventRelay(store);
      await Promise.all([relay.relay({ actor: actor._id, execution: execution._id }), relay.sweep()]);
      expect(await relay.sweep()).toBe(0);
      expect(await store.actors.find(actor._id)).toMatchObject({ status: 'ERROR', pending_events: [] });
      expect(await store.executions.find(execution._id)).toMatchObject({ status: 'COMPLETE', pending_events: [] });
      const order: string[] = [];
      const lane = await claim();
      for (let next; (next = await store.events.nextDelivery(lane._id));) {
        order.push(next.event._id);
        await store.events.end(next._id, null, 1_000);
      }
      expect(order).toEqual([ready._id, error._id, complete._id]);
      expect((await store.events.listDeliveries(ready._id)).map(({ target }) => target).sort()).toEqual([
        'link',
        'webhook',
      ]);
      await store.events.closeLane(lane);
      await drop(await claim('link'));
    });
  });

  describe('of a lane', () => {
    const deliveryBy = (webhook: (event: EventRecord) => DeliveryOutcome, log = new RecordedLog(), maxAttempts = 3) => {
      const one = (event: EventRecord) => Promise.resolve(webhook(event));
      return new LaneDelivery(store.events, { link: one, webhook: one }, { maxAttempts, maxAgeMs: 60_000 }, log);
    };
    const added = async (count: number, fields: Partial<EventRecord> = {}): Promise<EventRecord[]> => {
      const { actor_id } = eventRecord();
      const events = Array.from({ length: count }, (_, index) =>
        eventRecord({ actor_id, time: new Date(Date.now() + index), ...fields }),
      );
      for (const event of events) await add(event);
      return events;
    };
    const statusOf = async ({ _id }: EventRecord) => (await store.events.listDeliveries(_id))[0];

    it('happen in order, and the lane is gone afterwards', async () => {
      const events = await added(5);
      const seen: string[] = [];
      const delivery = deliveryBy(({ _id }) => {
        seen.push(_id);
        return { kind: 'delivered' };
      });
      await delivery.run(await claim(), never);
      expect(seen).toEqual(events.map(({ _id }) => _id));
      expect(await statusOf(events[0] as EventRecord)).toMatchObject({
        status: 'DELIVERED',
        attempts: 1,
        delivered_time: expect.any(Date) as Date,
        expires: expect.any(Date) as Date,
      });
      expect(await store.events.claimLane('webhook', host, LEASE_MS)).toBeNull();
    });

    it('stop at one that fails, which is tried again later', async () => {
      const events = await added(3);
      const log = new RecordedLog();
      const seen: string[] = [];
      const delivery = deliveryBy(({ _id }) => {
        seen.push(_id);
        return _id === events[1]?._id ? { kind: 'failed', reason: 'Status 500.' } : { kind: 'delivered' };
      }, log);
      await delivery.run(await claim(), never);
      expect(seen).toEqual([events[0]?._id, events[1]?._id]);
      expect(await statusOf(events[1] as EventRecord)).toMatchObject({
        status: 'WAITING',
        attempts: 1,
        last_error: 'Status 500.',
      });
      expect(await store.events.claimLane('webhook', host, LEASE_MS)).toBeNull();
      const lane = await eventually('it is due', () => store.events.claimLane('webhook', host, LEASE_MS));
      await deliveryBy(() => ({ kind: 'delivered' })).run(lane, never);
      expect((await statusOf(events[2] as EventRecord))?.status).toBe('DELIVERED');
      expect(log.lines.map(({ message }) => message)).toEqual([
        'An event was delivered',
        'An event could not be delivered and is tried again',
      ]);
    });

    it.each([
      ['it is refused', { kind: 'refused', reason: 'no' }, {}, 3],
      ['it was the last attempt', { kind: 'failed', reason: 'no' }, {}, 1],
      ['it is too old', { kind: 'failed', reason: 'no' }, { time: new Date(0) }, 3],
    ] as const)('give one up and go on when %s', async (_, ending, fields, maxAttempts) => {
      const [first, second] = await added(2, fields);
      const log = new RecordedLog();
      const delivery = deliveryBy(({ _id }) => (_id === first?._id ? ending : { kind: 'delivered' }), log, maxAttempts);
      await delivery.run(await claim(), never);
      expect(await statusOf(first as EventRecord)).toMatchObject({
        status: 'FAILED',
        last_error: 'no',
        delivered_time: null,
      });
      expect((await statusOf(second as EventRecord))?.status).toBe('DELIVERED');
      expect(log.lines[0]).toMatchObject({ level: 'warn', fields: { reason: 'no', attempts: 1 } });
      expect(JSON.stringify(log.lines)).not.toContain('example.org');
    });

    it('are not counted when the server stops, and are due at once for others', async () => {
      const [event] = await added(1);
      const stop = new AbortController();
      const delivery = deliveryBy(() => {
        stop.abort();
        return { kind: 'failed', reason: 'The server stopped.' };
      });
      await delivery.run(await claim(), stop.signal);
      expect(await statusOf(event as EventRecord)).toMatchObject({ status: 'WAITING', attempts: 0 });
      await drop(await claim());
    });

    it('leave room for other lanes after twenty', async () => {
      await added(25);
      let count = 0;
      const delivery = deliveryBy(() => {
        count++;
        return { kind: 'delivered' };
      });
      await delivery.run(await claim(), never);
      expect(count).toBe(20);
      await delivery.run(await claim(), never);
      expect(count).toBe(25);
    });
  });
});
