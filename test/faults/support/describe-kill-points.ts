import { Deployment } from './deployment.js';
import type { Gate, GateAt } from './gate.js';

/** The server stops at one request to engine or store, and is killed there. The embedded broker dies with it, RabbitMQ does not. */
export function describeKillPoints(broker: 'embedded' | 'rabbitmq'): void {
  describe(`a server with the ${broker} broker, killed with -9`, () => {
    let bed: Deployment;
    let actor: string;

    beforeAll(async () => {
      bed = await Deployment.start({ name: 'killpoint', broker });
      actor = await bed.register();
      await bed.accepted(actor, 'true');
    }, 180_000);
    afterAll(() => bed?.stop(), 60_000);

    const engine = (fits: RegExp, at: GateAt) => () => bed.engine.gate(fits, at);
    const store = (name: string, collection: string, word: string, at: GateAt) => () =>
      bed.mongo.gate(
        (command) => command.name === name && command.collection === collection && command.bytes.includes(word),
        at,
      );

    const points: [string, () => Gate<never>][] = [
      ['when it has claimed a message and not settled it', store('findAndModify', 'executions', 'RUNNING', 'answer')],
      ['when it has settled it, before the container is created', engine(/^POST \/containers\/create$/, 'request')],
      ['when the container is created and it does not know', engine(/^POST \/containers\/create$/, 'answer')],
      ['before the container is started', engine(/^POST .*\/start$/, 'request')],
      ['when the container is started and it does not know', engine(/^POST .*\/start$/, 'answer')],
      ['while the container runs', engine(/^POST .*\/wait$/, 'request')],
      [
        'when the container has ended, before the end is recorded',
        store('update', 'executions', 'COMPLETE', 'request'),
      ],
      ['when the end is recorded and it does not know', store('update', 'executions', 'COMPLETE', 'answer')],
      ['before the container is removed', engine(/^DELETE \/containers\//, 'request')],
      ['when the container is removed and it does not know', engine(/^DELETE \/containers\//, 'answer')],
    ];

    it.each(points)(
      '%s: the message ends once, and nothing is left',
      async (_point, close) => {
        // another message has made an idle worker, so that the next request of each kind is that of the message
        await bed.accepted(actor, 'true');
        await bed.ledger.settled();
        const gate = close();
        const execution = await bed.accepted(actor, Buffer.from('a binary message, so that there is a file'));
        await gate.reached;
        await bed.server.kill();
        gate.open();
        await bed.startServer();
        const records = await bed.settled();
        expect(records.get(execution)).toMatchObject({ status: 'COMPLETE' });
      },
      120_000,
    );

    it('leaves neither workers nor queues nor files once the actors are deleted', async () => {
      await bed.emptied();
    }, 120_000);
  });
}
