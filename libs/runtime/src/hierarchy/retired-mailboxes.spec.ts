import type { ActorDbid } from '@abaco/contract';
import { BrokerUnavailable, type DeleteOptions, MailboxInUse } from '@abaco/mailbox';
import { silentLogger } from '../logger.js';
import type { RuntimeServices } from '../runtime-services.js';
import { removeRetiredMailboxes, retireMailbox } from './retired-mailboxes.js';

const GONE = 'DEV_gone' as ActorDbid;
const MAILBOX = 'actor_msg_DEV_gone';

/** A store and a broker in memory. Each `removeRetiredMailboxes` finds everything due. */
function services() {
  const retired = new Set<ActorDbid>();
  const actors = new Map<ActorDbid, { status: string }>();
  const queues = new Set<string>();
  const world = {
    workers: 0,
    consumers: 0,
    quiet: false,
    failure: undefined as Error | undefined,
    removals: 0,
    retired,
    actors,
    queues,
  };
  let untaken: ActorDbid[] = [];
  const retiredMailboxes = {
    retire: (actor: ActorDbid) => Promise.resolve(void retired.add(actor)),
    takeDue: () => Promise.resolve(untaken.pop() ?? null),
    forget: (actor: ActorDbid) => Promise.resolve(void retired.delete(actor)),
    forgetQuiet: (actor: ActorDbid) => Promise.resolve(world.quiet && retired.delete(actor)),
  };
  const broker = {
    delete: (mailbox: string, { evenInUse = false }: DeleteOptions) => {
      world.removals++;
      if (world.failure) return Promise.reject(world.failure);
      if (world.consumers > 0 && !evenInUse) return Promise.reject(new MailboxInUse(mailbox));
      queues.delete(mailbox);
      return Promise.resolve();
    },
  };
  const find = (actor: ActorDbid) => Promise.resolve(actors.get(actor) ?? null);
  const list = () => Promise.resolve(Array.from({ length: world.workers }));
  const store = { retiredMailboxes, actors: { find }, workers: { list } };
  const runtime = { store, broker, logger: silentLogger } as unknown as RuntimeServices;
  const check = (): Promise<void> => {
    untaken = [...retired];
    return removeRetiredMailboxes(runtime);
  };
  return { world, check, retire: () => retireMailbox(runtime, GONE) };
}

describe('the mailbox of a deleted actor', () => {
  it('is removed later when the broker is away', async () => {
    const { world, check, retire } = services();
    world.queues.add(MAILBOX);
    Object.assign(world, { failure: new BrokerUnavailable('away'), quiet: true });
    await retire();
    await check();
    expect([world.queues.size, world.retired.size]).toEqual([1, 1]);
    world.failure = undefined;
    await check();
    expect([world.queues.size, world.retired.size]).toEqual([0, 0]);
  });

  it('stays while another host has workers on it, and goes from under the consumers of dead ones', async () => {
    const { world, check, retire } = services();
    world.queues.add(MAILBOX);
    Object.assign(world, { consumers: 1, workers: 1, quiet: true });
    await retire();
    await check();
    expect([world.queues.size, world.retired.size]).toEqual([1, 1]);
    world.workers = 0;
    await check();
    expect([world.queues.size, world.retired.size]).toEqual([0, 0]);
  });

  it('is removed again when a late message has made it anew', async () => {
    const { world, check, retire } = services();
    await retire();
    world.queues.add(MAILBOX);
    await check();
    expect([world.queues.size, world.retired.size]).toEqual([0, 1]);
    world.quiet = true;
    await check();
    expect(world.retired.size).toBe(0);
  });

  it('is left alone when the actor is there again', async () => {
    const { world, check, retire } = services();
    await retire();
    world.queues.add(MAILBOX);
    world.actors.set(GONE, { status: 'READY' });
    await check();
    expect([world.queues.size, world.retired.size]).toEqual([1, 0]);
  });

  it('is removed while the deletion goes on', async () => {
    const { world, check, retire } = services();
    world.actors.set(GONE, { status: 'SHUTTING_DOWN' });
    await retire();
    world.queues.add(MAILBOX);
    await check();
    expect([world.queues.size, world.retired.size]).toEqual([0, 1]);
  });

  it('takes no more than some at a time', async () => {
    const { world, check } = services();
    for (let index = 0; index < 50; index++) world.retired.add(`DEV_${index}` as ActorDbid);
    await check();
    expect(world.removals).toBe(20);
  });
});
