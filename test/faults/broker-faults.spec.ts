import { randomUUID } from 'node:crypto';
import { createMailboxBroker, type MailboxBroker } from '@abaco/mailbox';
import { containersOfHost, removeContainersOfHost } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { Deployment } from './support/deployment.js';

/** RabbitMQ under a server. */
describe('a server whose broker', () => {
  let bed: Deployment;
  let actor: string;

  beforeAll(async () => {
    bed = await Deployment.start({
      name: 'brokerfault',
      broker: 'rabbitmq',
      settings: { 'workers.lease_seconds': '4' },
    });
    actor = await bed.register({ max_workers: 2 });
    await bed.accepted(actor, 'true');
    await bed.ledger.settled();
  }, 180_000);
  afterAll(() => bed?.stop(), 60_000);

  const ownBroker = async (): Promise<MailboxBroker> => {
    if (!bed.rabbit) throw new Error('There is no RabbitMQ.');
    const broker = createMailboxBroker({
      uri: bed.rabbit.uri,
      flavor: 'rabbitmq3',
      managementUri: bed.rabbit.managementUri,
    });
    await broker.open();
    return broker;
  };
  const mailbox = (): string => `actor_msg_DEV_${actor.split('/').at(-1)}`;

  it('confirms a message when the server is dead already: the same key gives the one execution', async () => {
    const key = { 'idempotency-key': randomUUID() };
    bed.amqp?.mute();
    const unanswered = bed.send(actor, 'echo once', key).catch(() => undefined);
    const record = await eventually('the message has a record', () =>
      bed.database.collection('executions').findOne({ 'message.text': 'echo once' }),
    );
    await bed.server.kill();
    await unanswered;
    await bed.startServer();
    const again = await bed.send(actor, 'echo once', key);
    expect(again).toMatchObject({ status: 200, execution: String(record.id) });
    await bed.settled();
    expect(await bed.database.collection('executions').countDocuments({ 'message.text': 'echo once' })).toBe(1);
    expect(await bed.logs(actor, again.execution)).toBe('once\n');
  }, 120_000);

  it('goes silent on open connections is noticed, and messages go on', async () => {
    const running = await bed.accepted(actor, 'sleep 3; echo survived');
    await bed.reaches(actor, running, 'RUNNING');
    bed.amqp?.freeze();
    const { status, retryAfter } = await bed.send(actor, 'echo into silence');
    expect([status, retryAfter]).toEqual([503, '5']);
    await bed.ready();
    await eventually('messages are accepted again', async () => (await bed.send(actor, 'echo again')).status === 200);
    bed.amqp?.cut(); // the broker learns of it at last: until then it keeps what it has delivered into the silence
    await bed.ready();
    expect((await bed.settled()).get(running)).toMatchObject({ status: 'COMPLETE', exit_code: 0 });
  }, 120_000);

  it('is killed refuses messages with 503, and goes on with what it had when it is back', async () => {
    const running = await bed.accepted(actor, 'echo begun; sleep 3; echo ended; exit 4');
    await eventually('it runs', async () => (await bed.logs(actor, running)) === 'begun\n');
    const waiting = await Promise.all([1, 2, 3].map((n) => bed.accepted(actor, `echo ${n}; sleep 1`)));
    await bed.rabbit?.kill();
    const refused = await bed.send(actor, 'echo never');
    expect([refused.status, refused.retryAfter]).toEqual([503, '5']);
    expect(refused.message).toMatch(/not accepted/);
    expect((await fetch(`${bed.server.url}/health/ready`)).status).toBe(503);
    await bed.reaches(actor, running, 'COMPLETE');
    await bed.rabbit?.restart();
    await bed.ready();
    const after = await bed.accepted(actor, 'echo again');
    const records = await bed.settled();
    expect(records.get(running)).toMatchObject({ status: 'COMPLETE', exit_code: 4, attempt: 1 });
    for (const id of [...waiting, after]) expect(records.get(id)).toMatchObject({ status: 'COMPLETE', exit_code: 0 });
    expect(
      await bed.database.collection('executions').countDocuments({ 'message.text': 'echo never', attempt: { $gt: 0 } }),
    ).toBe(0);
  }, 180_000);

  it('brings rubbish, unknown and ended executions: they are dropped, and the worker goes on', async () => {
    const done = await bed.accepted(actor, 'echo done');
    const records = await bed.settled();
    const broker = await ownBroker();
    try {
      for (const id of ['', ' ', '$where', 'DEV_nobody_nothing', 'x'.repeat(255), String(records.get(done)?._id)]) {
        await broker.publish(mailbox(), { id: id || '0', body: Buffer.from('rubbish') });
      }
      const next = await bed.accepted(actor, 'echo next');
      expect((await bed.settled()).get(next)).toMatchObject({ status: 'COMPLETE', exit_code: 0 });
      await eventually('the mailbox is empty', async () => (await broker.depth(mailbox())) === 0);
    } finally {
      await broker.close();
    }
  }, 120_000);

  it('delivers a message twice, before, during and after its run: it runs once', async () => {
    const broker = await ownBroker();
    try {
      const execution = await bed.accepted(actor, 'echo only once; sleep 1');
      const id = `DEV_${actor.split('/').at(-1)}_${execution}`;
      for (let copy = 0; copy < 5; copy++) await broker.publish(mailbox(), { id, body: Buffer.alloc(0) });
      await bed.reaches(actor, execution, 'RUNNING');
      await broker.publish(mailbox(), { id, body: Buffer.alloc(0) });
      await bed.reaches(actor, execution, 'COMPLETE');
      await broker.publish(mailbox(), { id, body: Buffer.alloc(0) });
      expect((await bed.settled()).get(execution)).toMatchObject({ attempt: 1, exit_code: 0 });
      expect(await bed.logs(actor, execution)).toBe('only once\n');
    } finally {
      await broker.close();
    }
  }, 120_000);

  it('serves another host, too: a worker that ends after its lease changes nothing', async () => {
    const heir = `${bed.hostId}-heir`;
    const another = await bed.startAnother(heir);
    try {
      const execution = await bed.accepted(actor, 'echo run; sleep 5; exit 3');
      await eventually('it runs', async () => (await bed.logs(actor, execution)) === 'run\n');
      const first = await bed.database.collection('executions').findOne({ id: execution });
      const stale = first?.host_id === heir ? another : bed.server;
      expect(stale).toBe(bed.server);
      bed.mongo.hang(); // its lease ends, and it does not know
      await eventually(
        'the other host has taken it',
        async () => (await bed.database.collection('executions').findOne({ id: execution }))?.attempt === 2,
        60_000,
      );
      bed.mongo.recover();
      const records = await bed.settled();
      expect(records.get(execution)).toMatchObject({ status: 'COMPLETE', attempt: 2, host_id: heir, exit_code: 3 });
    } finally {
      await another.stop();
      await eventually('nothing of it is left', async () => (await containersOfHost(heir)).length === 0);
      await removeContainersOfHost(heir);
    }
  }, 180_000);

  it('took a dead consumer for a living one has no queue of a deleted actor any more', async () => {
    await bed.emptied();
  }, 120_000);
});
