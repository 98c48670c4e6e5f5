import { containersOfHost, removeContainersOfHost } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import type { ServerProcess } from '../support/server-process.js';
import { Deployment, type Sent } from './support/deployment.js';
import type { Gate, GateAt } from './support/gate.js';
import type { StoreCommand } from './support/mongo-proxy.js';

const DELETED = 'The actor was deleted.';
const ROUNDS = 6;
const SENDERS = 3;

/** Two server processes on one RabbitMQ and one store: the one takes messages for an actor in, the other deletes it. */
describe('an actor that another host deletes', () => {
  let bed: Deployment;
  let another: ServerProcess;
  let anotherId: string;

  beforeAll(async () => {
    bed = await Deployment.start({
      name: 'deleterace',
      broker: 'rabbitmq',
      settings: { 'workers.lease_seconds': '4' },
    });
    anotherId = `${bed.hostId}-other`;
    another = await bed.startAnother(anotherId);
  }, 240_000);
  afterAll(async () => {
    await another?.stop();
    await removeContainersOfHost(anotherId);
    await bed?.stop();
  }, 60_000);

  const insertOfMessage = (at: GateAt): Gate<StoreCommand> =>
    bed.mongo.gate(({ name, collection }) => name === 'insert' && collection === 'executions', at);
  const deletedByAnother = async (actor: string): Promise<void> => {
    expect(await another.call('DELETE', actor)).toMatchObject({ status: 200 });
  };
  /** As a worker of either host may have taken the message before it was told. */
  const expectAnEnd = async (execution: string): Promise<void> => {
    const record = (await bed.settled()).get(execution);
    expect(record?.status === 'COMPLETE' || record?.error === DELETED).toBe(true);
  };

  it.each<[string, GateAt]>([
    ['before its record is written', 'request'],
    ['when its record is written, before it is published', 'answer'],
  ])(
    'while a message is on its way in, %s: the message has one end, and its queue goes again',
    async (_when, at) => {
      const actor = await bed.register({ max_workers: 1 });
      const gate = insertOfMessage(at);
      const sending = bed.send(actor, 'echo late');
      await gate.reached;
      await deletedByAnother(actor);
      gate.open();
      const { status, execution } = await sending;
      expect(status).toBe(200);
      await expectAnEnd(execution);
    },
    120_000,
  );

  /** The status of an answer, or that there was none: the server was killed before. */
  const answerTo = (sending: Promise<{ readonly status: number }>): Promise<number | 'none'> =>
    sending.then(
      ({ status }) => status,
      () => 'none' as const,
    );

  it('when a message has a record, and the process that was to publish it is killed: the record gets its end', async () => {
    const actor = await bed.register({ max_workers: 1 });
    const gate = insertOfMessage('answer');
    const sending = answerTo(bed.send(actor, 'echo never'));
    await gate.reached;
    await deletedByAnother(actor);
    await bed.server.kill();
    gate.open();
    expect(await sending).toBe('none');
    await bed.startServer();
    await bed.settled();
    const left = await bed.database.collection('executions').findOne({ 'message.text': 'echo never' });
    expect(left).toMatchObject({ status: 'ERROR', error: DELETED });
  }, 120_000);

  it('when the process that wrote a record after the deletion is killed, and the one that deleted is gone: the record gets its end', async () => {
    const actor = await bed.register({ max_workers: 1 });
    const gate = insertOfMessage('request');
    const sending = answerTo(bed.send(actor, 'echo nowhere'));
    await gate.reached;
    await deletedByAnother(actor);
    await another.stop();
    // it waits for the broker then, and ends nothing of a deleted actor before it knows what has become of this message
    bed.amqp?.drop();
    gate.open();
    const executions = bed.database.collection('executions');
    await eventually('the record is written', () => executions.findOne({ 'message.text': 'echo nowhere' }));
    await bed.server.kill();
    bed.amqp?.heal();
    expect(await sending).toBe('none');
    // nobody who knew of the actor is left
    await bed.startServer();
    await bed.settled();
    another = await bed.startAnother(anotherId);
    const left = await executions.findOne({ 'message.text': 'echo nowhere' });
    expect(left).toMatchObject({ status: 'ERROR', error: DELETED });
  }, 120_000);

  it('under load: each accepted message has one end, and later ones are refused with 404', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const actor = await bed.register({ max_workers: 2 });
      const begun = await bed.accepted(actor, 'true');
      const senders = Array.from({ length: SENDERS }, () => untilRefused(actor));
      // some find it idle, some while its first container runs
      if (round % 2 === 0) await bed.reaches(actor, begun, 'COMPLETE');
      await deletedByAnother(actor);
      for (const refused of await Promise.all(senders)) expect(refused.status).toBe(404);
    }
    const records = await bed.settled();
    for (const { status, error } of records.values()) {
      expect(status === 'COMPLETE' || error === DELETED).toBe(true);
    }
  }, 240_000);

  it('leaves nothing on either host', async () => {
    await bed.emptied();
    await eventually('nothing of the other host is left', async () => (await containersOfHost(anotherId)).length === 0);
  }, 180_000);

  /** Sends one message after the other. @returns the answer to the first that was not accepted */
  async function untilRefused(actor: string): Promise<Sent> {
    for (;;) {
      const sent = await bed.send(actor, 'true');
      if (sent.status !== 200) return sent;
    }
  }
});
