import type { Ref } from '@abaco/actors';
import { type ConfigOverrides, loadConfig } from '@abaco/config';
import type { ActorDbid, ActorId, TenantId } from '@abaco/contract';
import type { ActorRecord } from '@abaco/store';
import { ActorWorkers } from './actor-workers.js';
import { KnownActor } from './known-actor.js';
import type { MailboxEnvironment } from './mailbox-environment.js';
import type { PoolMessage } from './worker-pool.js';

const NONE = { starting: 0, idle: 0, taking: 0, busy: 0, stopping: 0 };

describe('ActorWorkers', () => {
  let actor: KnownActor;
  let workers: ActorWorkers;
  let pool: PoolMessage[];
  /** Asked of the hosts of the queue. */
  let asked: unknown[];

  const record = (changes: object = {}): ActorRecord =>
    ({
      _id: 'DEV_a' as ActorDbid,
      id: 'a' as ActorId,
      tenant: 'DEV' as TenantId,
      revision: 1,
      status: 'SUBMITTED',
      stateless: true,
      queue: 'default',
      last_update_time: new Date(0),
      ...changes,
    }) as ActorRecord;
  const start = (changes: object = {}, overrides: ConfigOverrides = {}): void => {
    [pool, asked] = [[], []];
    actor = new KnownActor(record(changes));
    const environment = {
      services: { config: loadConfig({ env: {}, overrides }), store: { workers: { list: () => Promise.resolve([]) } } },
      commands: { start: (_actor: unknown, command: object) => asked.push(command) > 0 },
    } as unknown as MailboxEnvironment;
    const ref = { tell: (message: PoolMessage) => void pool.push(message) } as Ref<PoolMessage>;
    workers = new ActorWorkers(actor, environment, ref, { schedule: () => () => undefined });
  };
  const receive = (messages: number): void => {
    workers.backlog.add(messages, performance.now());
    workers.scale();
  };

  it('are asked of the pool when this process serves the queue of the actor', () => {
    start();
    expect(workers.matterHere).toBe(true);
    receive(2);
    expect(pool).toEqual([{ type: 'scale', target: 2, pressing: true }]);
    expect(asked).toEqual([]);
  });

  it('are asked of other hosts when it does not, but only by a process that has taken messages in', () => {
    start({ queue: 'special' });
    receive(1);
    expect([workers.matterHere, pool, asked]).toEqual([false, [], []]);
    workers.askOthers();
    workers.scale();
    expect([workers.matterHere, pool, asked]).toEqual([true, [], [{ only: true, first: false }]]);
  });

  it('are not more than messages while one is being taken, however long that lasts', () => {
    start();
    receive(1);
    workers.onPoolChanged({ ...NONE, taking: 1 });
    workers.onLooked({ waiting: 1, due: 0 }); // its execution is SUBMITTED until it is claimed
    expect(pool).toEqual(Array(2).fill({ type: 'scale', target: 1, pressing: true }));
    expect(workers.provesEmptyQueue(performance.now() + 10_000)).toBe(false);
    receive(1);
    expect(pool.at(-1)).toEqual({ type: 'scale', target: 2, pressing: true });
  });

  it('begin with those of workers.init_count, here or elsewhere', () => {
    start({}, { workers: { init_count: 2 } });
    workers.startFirst();
    expect(pool).toEqual([{ type: 'scale', target: 2, pressing: true }]);
    start({ queue: 'special' });
    workers.startFirst();
    expect(asked).toEqual([{ only: true, first: true }]);
    start({ queue: 'special' }, { workers: { init_count: 0 } });
    workers.startFirst();
    expect(asked).toEqual([]);
  });

  it('begin anew with one for a new revision, until one idles', () => {
    start();
    workers.startFirstOfRevision();
    workers.scale();
    expect(pool).toEqual([{ type: 'scale', target: 1, pressing: true }]);
    expect(workers.areEnough).toBe(false);
    workers.onPoolChanged({ ...NONE, idle: 1 });
    expect([workers.areEnough, workers.exist]).toEqual([true, true]);
    workers.scale();
    expect(pool).toHaveLength(1);
  });

  it('are not asked for while the actor is in ERROR or deleted', () => {
    start();
    actor.fail('no such image');
    workers.giveUp();
    receive(1);
    expect(workers.addWanted(false)).toBe(false);
    expect(pool).toEqual([{ type: 'stop-all', halt: false }]);
    start();
    actor.delete();
    receive(1);
    expect([workers.addWanted(false), workers.canTry, pool]).toEqual([false, false, []]);
  });

  it('learn of an update, and go when another host serves the queue from then on', () => {
    start();
    const moved = record({ queue: 'special', last_update_time: new Date(1) });
    workers.follow(moved);
    expect(pool).toEqual([
      { type: 'update', actor: moved },
      { type: 'stop-all', halt: false },
    ]);
    workers.follow(moved);
    expect(pool).toHaveLength(2);
  });

  it('are added at the wish of another process: for a message always, without one only for an actor that has had none', () => {
    start({ status: 'READY' });
    expect(workers.addWanted(true)).toBe(true);
    expect([pool, workers.backlog.waiting]).toEqual([[], 0]);
    expect(workers.addWanted(false)).toBe(true);
    expect([pool, workers.backlog.waiting]).toEqual([[{ type: 'one-more' }], 1]);
    start({ queue: 'special' });
    expect(workers.addWanted(true)).toBe(false);
  });

  it('prove an empty queue only when one has idled for a second without a break', () => {
    start();
    expect(workers.provesEmptyQueue(performance.now() + 10_000)).toBe(false);
    workers.onPoolChanged({ ...NONE, idle: 1 });
    expect(workers.provesEmptyQueue(performance.now())).toBe(false);
    expect(workers.provesEmptyQueue(performance.now() + 1_100)).toBe(true);
    workers.onPoolChanged({ ...NONE, busy: 1 });
    expect(workers.provesEmptyQueue(performance.now() + 1_100)).toBe(false);
  });
});
