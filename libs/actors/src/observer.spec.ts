import { setImmediate } from 'node:timers/promises';
import { stopNow } from '../test-support/stop-now.js';
import {
  type ActorObserver,
  ActorSystem,
  type BehaviorFactory,
  type Handled,
  ManualClock,
  type SpawnOptions,
  createProbe,
  eventually,
} from './index.js';

type Command = 'work' | 'fail' | 'hold' | 'stop' | 'stash';
const restarts: SpawnOptions = { supervision: { backoff: { minMs: 0 } } };

/** A system whose observer keeps every call of its hooks. */
function observed() {
  const calls: [string, ...unknown[]][] = [];
  const handled: Handled[] = [];
  const observer: ActorObserver = {
    spawned: (path) => calls.push(['spawned', path]),
    restarted: (path, count) => calls.push(['restarted', path, count]),
    stopped: (path) => calls.push(['stopped', path]),
    failed: ({ path, directive }) => calls.push(['failed', path, directive]),
    deadLetter: ({ path, reason }) => calls.push(['deadLetter', path, reason]),
    handled: (report) => handled.push(report),
  };
  const clock = new ManualClock();
  const system = new ActorSystem({ observer, clock });
  const of = (path: string) => calls.filter((call) => call[1] === path).map(([hook, , ...rest]) => [hook, ...rest]);
  return { system, clock, calls, handled, of };
}

/** Holds until `open` is called. */
function worker() {
  const gates: (() => void)[] = [];
  const factory: BehaviorFactory<Command> = () => (command, context) => {
    if (command === 'fail') throw new Error('failed');
    if (command === 'stop') return context.stop();
    if (command === 'stash') return context.stash();
    if (command === 'hold') return new Promise<void>((resolve) => gates.push(resolve));
  };
  return { factory, gates };
}

describe('An observer', () => {
  it('hears of each start, restart, failure and end exactly once', async () => {
    const { system, of } = observed();
    const ref = system.spawn('a', worker().factory, restarts);
    for (const command of ['work', 'fail', 'work', 'fail', 'stop'] as const) ref.tell(command);
    await eventually(() => of('/system/a').at(-1)?.[0] === 'stopped');
    const failure = (count: number) => [
      ['deadLetter', 'failed'],
      ['failed', 'restart'],
      ['restarted', count],
    ];
    expect(of('/system/a')).toEqual([['spawned'], ...failure(1), ...failure(2), ['stopped']]);
    await system.stop();
  });

  it('hears of as many ends as starts, children before parents, and of nothing that was not spawned', async () => {
    const { system, calls } = observed();
    const parent: BehaviorFactory<never> = (context) => {
      for (const name of ['x', 'y']) context.spawn<never>(name, () => () => {});
      return () => {};
    };
    for (const name of ['a', 'b']) system.spawn(name, parent);
    await eventually(() => system.snapshot().length === 6);
    await system.stop();
    const paths = (hook: string) => calls.filter(([called]) => called === hook).map(([, path]) => path as string);
    const [spawned, stopped] = [paths('spawned'), paths('stopped')];
    expect(spawned).toHaveLength(6);
    expect(stopped.toSorted()).toEqual(spawned.toSorted());
    for (const name of ['a', 'b']) {
      const family = stopped.filter((path) => path.startsWith(`/system/${name}`));
      expect(family.at(-1)).toBe(`/system/${name}`);
    }
  });

  it('hears once of the end of an actor that did not stop within its deadline', async () => {
    const { system, clock, of } = observed();
    const { factory, gates } = worker();
    const ref = system.spawn('a', factory);
    ref.tell('hold');
    await eventually(() => gates.length === 1);
    await stopNow({ system, clock });
    gates[0]?.();
    await setImmediate();
    expect(of('/system/a')).toEqual([['spawned'], ['stopped']]);
  });

  it('hears of a restart only when the factory has succeeded', async () => {
    const { system, of } = observed();
    let attempts = 0;
    const factory: BehaviorFactory<Command> = async (context) => {
      if ((attempts += 1) < 3) throw new Error('factory');
      return worker().factory(context);
    };
    system.spawn('a', factory, restarts);
    await eventually(() => of('/system/a').some(([hook]) => hook === 'restarted'));
    expect(of('/system/a')).toEqual([['spawned'], ['failed', 'restart'], ['failed', 'restart'], ['restarted', 2]]);
    await system.stop();
  });

  it('hears of every dead letter with its reason', async () => {
    const { system, of } = observed();
    const { factory, gates } = worker();
    const ref = system.spawn('a', factory, { mailboxCapacity: 1, supervision: { decide: () => 'resume' } });
    ref.tell('fail');
    await eventually(() => of('/system/a').length === 3);
    ref.tell('hold');
    await eventually(() => gates.length === 1);
    for (const command of ['stop', 'work'] as const) ref.tell(command);
    gates[0]?.();
    await eventually(() => of('/system/a').at(-1)?.[0] === 'stopped');
    ref.tell('work');
    expect(of('/system/a').filter(([hook]) => hook === 'deadLetter')).toEqual([
      ['deadLetter', 'failed'],
      ['deadLetter', 'mailbox-full'],
      ['deadLetter', 'stopped'],
    ]);
    await system.stop();
  });

  it('is told of each message once it is handled, whether it failed, and how many wait behind it', async () => {
    const { system, handled } = observed();
    const { factory, gates } = worker();
    const ref = system.spawn('a', factory, { supervision: { decide: () => 'resume' } });
    for (const command of ['hold', 'work', 'fail', 'stash'] as const) ref.tell(command);
    await eventually(() => gates.length === 1);
    expect(handled).toEqual([]);
    gates[0]?.();
    await eventually(() => handled.length === 4);
    expect(handled.map(({ path, failed, waiting }) => [path, failed, waiting])).toEqual([
      ['/system/a', false, 3],
      ['/system/a', false, 2],
      ['/system/a', true, 1],
      ['/system/a', false, 0],
    ]);
    await system.stop();
  });

  it('is told how long a handler took, its asynchronous part included', async () => {
    const { system, handled } = observed();
    const { factory, gates } = worker();
    const ref = system.spawn('a', factory);
    const before = performance.now();
    ref.tell('hold');
    await eventually(() => gates.length === 1);
    const began = performance.now();
    await eventually(() => performance.now() - began >= 5);
    gates[0]?.();
    await eventually(() => handled.length === 1);
    expect(handled[0]?.durationMs).toBeGreaterThanOrEqual(5);
    expect(handled[0]?.durationMs).toBeLessThanOrEqual(performance.now() - before);
    await system.stop();
  });

  it.each(['throws', 'rejects'])('that %s hurts nobody', async (how) => {
    const rejections: unknown[] = [];
    const onRejection = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', onRejection);
    const hook = () => {
      if (how === 'throws') throw new Error('hook');
      return Promise.reject(new Error('hook'));
    };
    const hooks = { spawned: hook, restarted: hook, stopped: hook, failed: hook, deadLetter: hook, handled: hook };
    const system = new ActorSystem({ observer: hooks as unknown as ActorObserver });
    const probe = createProbe<string>(system);
    const ref = system.spawn('a', worker().factory, restarts);
    for (const command of ['fail', 'stop', 'work'] as const) ref.tell(command);
    await probe.expectStopped(ref);
    await system.stop();
    await setImmediate();
    process.off('unhandledRejection', onRejection);
    expect(rejections).toEqual([]);
  });

  it('may have no hooks at all', async () => {
    const system = new ActorSystem({ observer: {} });
    const probe = createProbe<string>(system);
    const ref = system.spawn('a', worker().factory, restarts);
    for (const command of ['fail', 'stop'] as const) ref.tell(command);
    await probe.expectStopped(ref);
    await system.stop();
  });
});
