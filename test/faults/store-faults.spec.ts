import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually.js';
import { BROKERS } from './support/broker-kind.js';
import { Deployment } from './support/deployment.js';
import { residentMemory } from './support/resident-memory.js';

const LEASE_SECONDS = 3;
/** What the server may hold of requests. */
const MAX_BUFFERED_BYTES = 32 * 1024 * 1024;
/** So many messages of so many bytes at a time are far more. */
const LARGE_BYTES = 7 * 1024 * 1024;
const FLOOD = 50;
/** A body is there as bytes, as text, as the fields that it is made of, and on its way to the store. */
const MOST_COPIES = 6;
/** How long the store is down. */
const DOWN_SECONDS = Number(process.env.ABACO_STORE_DOWN_SECONDS ?? 60);

describe.each(BROKERS)('a server with the %s broker whose store', (broker) => {
  let bed: Deployment;
  let actor: string;

  beforeAll(async () => {
    bed = await Deployment.start({
      broker,
      name: 'storefault',
      settings: {
        'workers.lease_seconds': String(LEASE_SECONDS),
        'web.max_buffered_bytes': String(MAX_BUFFERED_BYTES),
      },
    });
    actor = await bed.register({ max_workers: 2 });
    await bed.accepted(actor, 'true');
    await bed.ledger.settled();
  }, 120_000);
  afterAll(() => bed?.stop(), 60_000);

  it('takes requests and does not answer for longer than leases last: 503, and no execution is disturbed', async () => {
    const long = await bed.accepted(actor, 'echo begun; sleep 8; echo ended; exit 5');
    const waiting = await Promise.all([1, 2, 3].map((n) => bed.accepted(actor, `echo ${n}; sleep 4`)));
    await eventually('it runs', async () => (await bed.logs(actor, long)) === 'begun\n');
    const started = performance.now();
    bed.mongo.hang();
    const refused = await Promise.all(Array.from({ length: 10 }, () => bed.send(actor, 'echo never')));
    for (const { status, retryAfter } of refused) expect([status, retryAfter]).toEqual([503, '5']);
    expect(performance.now() - started).toBeGreaterThan(LEASE_SECONDS * 1000);
    bed.mongo.recover();
    await bed.ready();
    const records = await bed.settled();
    expect(records.get(long)).toMatchObject({ status: 'COMPLETE', exit_code: 5, attempt: 1 });
    expect(await bed.logs(actor, long)).toBe('begun\nended\n');
    for (const id of waiting) expect(records.get(id)).toMatchObject({ status: 'COMPLETE', exit_code: 0 });
  }, 120_000);

  it('does not answer while large messages come in: 503, and their memory has a bound', async () => {
    const before = await residentMemory(bed.server.pid);
    bed.mongo.hang();
    const large = `: ${'x'.repeat(LARGE_BYTES)}`;
    const answers = Promise.all(Array.from({ length: FLOOD }, () => bed.send(actor, large)));
    let most = 0;
    let isOver = false;
    void answers.finally(() => (isOver = true)).catch(() => undefined);
    while (!isOver) {
      most = Math.max(most, await residentMemory(bed.server.pid));
      await delay(100);
    }
    for (const { status, retryAfter } of await answers) expect([status, retryAfter]).toEqual([503, '5']);
    bed.mongo.recover();
    await bed.ready();
    expect(most - before).toBeLessThan(MOST_COPIES * MAX_BUFFERED_BYTES);
    await bed.accepted(actor, large);
    await bed.settled();
  }, 180_000);

  it('has a record whose message was never published: it runs all the same, and the same key gives it', async () => {
    const key = { 'idempotency-key': 'not published' };
    const gate = bed.mongo.gate(({ name, collection }) => name === 'insert' && collection === 'executions', 'answer');
    const unanswered = bed.send(actor, 'echo from the record', key).catch(() => undefined);
    await gate.reached;
    await bed.server.kill();
    gate.open();
    await unanswered;
    await bed.startServer();
    const again = await bed.send(actor, 'echo from the record', key);
    expect(again.status).toBe(200);
    expect((await bed.settled()).get(again.execution)).toMatchObject({ status: 'COMPLETE', exit_code: 0 });
    expect(await bed.logs(actor, again.execution)).toBe('from the record\n');
  }, 120_000);

  it('has a record without having said so: its large message runs all the same, and the same key gives it', async () => {
    const key = { 'idempotency-key': 'not answered' };
    const large = `echo from the body; : ${'x'.repeat(100_000)}`;
    const busy = await Promise.all([1, 2].map(() => bed.accepted(actor, 'echo busy; sleep 10')));
    for (const execution of busy)
      await eventually('no worker is free', async () => (await bed.logs(actor, execution)) !== '');
    const gate = bed.mongo.gate(({ name, collection }) => name === 'insert' && collection === 'executions', 'answer');
    const refused = await bed.send(actor, large, key);
    expect([refused.status, refused.retryAfter]).toEqual([503, '5']);
    gate.open();
    const again = await bed.send(actor, large, key);
    expect(again.status).toBe(200);
    expect((await bed.settled()).get(again.execution)).toMatchObject({ status: 'COMPLETE', exit_code: 0 });
    expect(await bed.logs(actor, again.execution)).toBe('from the body\n');
  }, 120_000);

  it('lost the deletion of an actor in the middle ends what a dead host had', async () => {
    const other = await bed.register({ max_workers: 1 });
    const id = other.split('/').at(-1);
    const execution = await bed.accepted(other, 'echo begun; sleep 600');
    await eventually('it runs', async () => (await bed.logs(other, execution)) === 'begun\n');
    await bed.server.kill();
    // what another host does that deletes the actor while this one is dead
    await bed.database.collection<{ _id: string }>('actors').deleteOne({ _id: `DEV_${id}` });
    await bed.startServer();
    const records = await bed.settled();
    expect(records.get(execution)).toMatchObject({ status: 'ERROR', error: 'The actor was deleted.' });
  }, 120_000);

  it('has a part of a body whose server died gets rid of it', async () => {
    const upload = request(`${bed.server.url}${actor}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', 'content-length': 8_000_000 },
    });
    upload.on('error', () => undefined); // the server dies under it
    upload.write(Buffer.alloc(4_000_000));
    const chunks = bed.database.collection('bodies.chunks');
    await eventually('a part is stored', async () => (await chunks.countDocuments()) > 3);
    await bed.replaceServer();
    expect(await chunks.countDocuments()).toBeGreaterThan(3);
    await bed.hoursLater();
    await bed.settled();
    expect(await chunks.countDocuments()).toBe(0);
  }, 120_000);

  it(
    'is down for long refuses messages, and what runs meanwhile ends as it should',
    async () => {
      const script = `read id < /proc/sys/kernel/random/uuid; echo begun $id; sleep ${DOWN_SECONDS / 2}; echo ended; exit 5`;
      const long = await bed.accepted(actor, script);
      const waiting = await Promise.all([1, 2, 3].map((n) => bed.accepted(actor, `echo ${n}`)));
      const begun = await eventually('it runs', () => bed.logs(actor, long));
      await bed.store.kill();
      expect((await fetch(`${bed.server.url}/actors`)).status).toBe(503);
      const until = performance.now() + DOWN_SECONDS * 1000;
      while (performance.now() < until) {
        const { status, retryAfter } = await bed.send(actor, 'echo never');
        expect([status, retryAfter]).toEqual([503, '5']);
        await delay(500);
      }
      await bed.store.restart();
      await bed.ready();
      const records = await bed.settled();
      // its worker may have given up meanwhile; then another one has adopted the same container
      expect(records.get(long)).toMatchObject({ status: 'COMPLETE', exit_code: 5 });
      expect(await bed.logs(actor, long)).toBe(`${begun}ended\n`);
      for (const id of waiting) expect(records.get(id)).toMatchObject({ status: 'COMPLETE', exit_code: 0 });
      expect(await bed.database.collection('executions').countDocuments({ 'message.text': 'echo never' })).toBe(0);
    },
    (DOWN_SECONDS + 180) * 1000,
  );

  it('knows of no worker and no lease any more once the actors are deleted', async () => {
    await bed.emptied();
  }, 120_000);
});
