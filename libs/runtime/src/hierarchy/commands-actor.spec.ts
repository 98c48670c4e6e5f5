import { createProbe, createTestSystem, eventually, type Probe, type TestSystem } from '@abaco/actors';
import { newId, type ActorDbid } from '@abaco/contract';
import { InMemoryMailboxBroker } from '@abaco/mailbox';
import { silentLogger } from '../logger.js';
import type { RuntimeServices } from '../runtime-services.js';
import { CommandsActor, type CommandsMessage } from './commands-actor.js';
import type { HostMessage, Placement } from './host-protocol.js';
import type { TenantsMessage } from './tenants-supervisor.js';
import { commandChannel, decodeCommand, encodeCommand } from './worker-command.js';
import { WorkerCommands } from './worker-commands.js';

const CHANNEL = commandChannel('default');
/** So often handed on that a host holds it. */
const OLD = 10;

describe('commands of a queue, at a host that has no room for one of the tenants', () => {
  let test: TestSystem;
  let broker: InMemoryMailboxBroker;
  let woken: Probe<TenantsMessage>;
  let places: Record<string, Placement>;
  /** How often each command that was published had been handed on. */
  let passes: number[];

  beforeEach(async () => {
    [test, broker, places, passes] = [createTestSystem(), new InMemoryMailboxBroker(), { LOUD: 'none' }, []];
    await broker.open();
    const publish = broker.publish.bind(broker);
    broker.publish = (mailbox, message) => {
      passes.push(decodeCommand(message.body)?.passes ?? -1);
      return publish(mailbox, message);
    };
    const config = { spawner: { host_queues: ['default'], max_cmd_length: 10 } };
    const services = { broker, config, logger: silentLogger } as unknown as RuntimeServices;
    const host = test.system.spawn<HostMessage>('host', () => (message) => {
      if (message.type === 'place') message.replyTo.reply(places[message.tenant] ?? 'room');
    });
    woken = createProbe<TenantsMessage>(test.system);
    test.system.spawn<CommandsMessage>(
      'commands',
      (context) => new CommandsActor(services, new WorkerCommands(services), host, woken.ref, context),
    );
  });
  afterEach(async () => {
    await test.finish();
    await broker.close();
  });

  const ask = (actor: string, handedOn = OLD): Promise<void> => {
    const body = encodeCommand({ type: 'start', actor: actor as ActorDbid, first: false, passes: handedOn });
    return broker.publish(CHANNEL, { id: newId(), body });
  };
  const expectWoken = async (tenant: string): Promise<void> => {
    expect(await woken.expectMessage('to-actor')).toMatchObject({ tenant, command: { type: 'worker-wanted' } });
  };
  /** Each one that is held has a timer. Nothing else has when all are judged. */
  const held = async (count: number): Promise<void> => {
    let waiting = NaN;
    await eventually(() => {
      void broker.depth(CHANNEL).then((depth) => (waiting = depth));
      return test.clock.pending === count && waiting === 0;
    });
  };

  it('do not stand before those of others: they are held, and the next ones looked at', async () => {
    for (let actor = 0; actor < 7; actor++) await ask(`LOUD_${actor}`);
    await ask('QUIET_q');
    await expectWoken('QUIET');
    await held(7);
  });

  it('are held up to eight, each for a second, and then go on behind the others', async () => {
    for (let actor = 0; actor < 8; actor++) await ask(`LOUD_${actor}`);
    await eventually(() => test.clock.pending === 8);
    await ask('QUIET_q');
    await woken.expectNoMessage();
    test.clock.advance(999);
    await woken.expectNoMessage();
    test.clock.advance(1);
    await expectWoken('QUIET');
    expect(passes.filter((count) => count === OLD + 1)).toHaveLength(8);
    await held(8);
  });

  it('are held once when they ask for the same', async () => {
    for (let copy = 0; copy < 20; copy++) await ask('LOUD_a');
    await held(1);
    test.clock.advance(1_000);
    await held(1);
    expect(passes.filter((count) => count > OLD)).toEqual([OLD + 1]);
  });

  it('go round at once while they are new', async () => {
    await ask('LOUD_a', 0);
    await held(1);
    expect(passes).toEqual([0, 1, 2, 3, 4]);
  });

  it('are carried out when there is room after all', async () => {
    await ask('LOUD_a');
    await held(1);
    places['LOUD'] = 'room';
    test.clock.advance(1_000);
    await expectWoken('LOUD');
    await held(0);
  });

  it('are dropped after a hundred hosts', async () => {
    await ask('LOUD_a', 100);
    await held(1);
    test.clock.advance(1_000);
    await held(0);
    await woken.expectNoMessage();
  });
});
