import { type Job, byKey, startJobPool } from '../test-support/job-pool.js';
import {
  ActorFailed,
  ActorStopped,
  type BehaviorFactory,
  type ReplyTo,
  type RouterOptions,
  type SpawnOptions,
  type TestSystem,
  consistentHash,
  createTestSystem,
  eventually,
  leastBusy,
  roundRobin,
  router,
} from './index.js';

describe('A router', () => {
  const test = createTestSystem();
  const { system, clock } = test;
  afterAll(() => system.stop());
  const pool = (options?: Partial<RouterOptions<Job>>, spawnOptions?: SpawnOptions) =>
    startJobPool(test, options, spawnOptions);

  it('has its routees as children', async () => {
    const { ref, who, children } = pool();
    await who();
    expect(children().map(({ path }) => path)).toEqual([1, 2, 3].map((n) => `${ref.path}/routee-${n}`));
  });

  it('lets routees take turns', async () => {
    const { ref, hear } = pool({ routing: roundRobin() });
    for (const text of ['a', 'b', 'c', 'd', 'e', 'f']) ref.tell({ type: 'note', text });
    const notes = await hear(6);
    expect(notes.sort()).toEqual(['1 a', '1 d', '2 b', '2 e', '3 c', '3 f'].map((what) => `routee-${what}`));
  });

  it('gives a busy routee no work as long as others have none', async () => {
    const { ref, who, release, heard } = pool({ routing: leastBusy() });
    await who();
    ref.tell({ type: 'hold' });
    await heard('routee-2 hold');
    expect([await who(), await who(), await who(), await who()]).toEqual([3, 1, 3, 1].map((n) => `routee-${n}`));
    release('routee-2');
    while ((await who()) !== 'routee-2') continue;
  });

  it('gives a routee that backs off no work as long as another runs', async () => {
    const { ref, who, heard } = pool({ routees: 2, routing: leastBusy() });
    await who();
    ref.tell({ type: 'fail' });
    await heard('routee-2 fail');
    await eventually(() => clock.pending === 1);
    expect([await who(), await who()]).toEqual(['routee-1', 'routee-1']);
    clock.advance(100);
    await eventually(() => system.snapshot().every(({ status }) => status === 'running'));
    expect(await who()).toBe('routee-2');
  });

  it('sends messages of one key to one routee, in order', async () => {
    const { ref, who, hear } = pool({ routing: byKey });
    const keys = ['x', 'y', 'z', 'u', 'v', 'w'];
    const owners = await Promise.all(keys.map((key) => who(key)));
    expect(new Set(owners).size).toBeGreaterThan(1);
    for (const text of ['1', '2', '3']) for (const key of keys) ref.tell({ type: 'note', key, text: key + text });
    const notes = await hear(18);
    keys.forEach((key, index) => {
      const ofKey = notes.filter((note) => note.includes(` ${key}`));
      expect(ofKey).toEqual(['1', '2', '3'].map((n) => `${owners[index]} ${key}${n}`));
    });
  });

  it('sends a broadcast to all routees, and one of them owes its reply', async () => {
    const { ref, who, hear, stopped } = pool({ broadcast: ({ key }) => key === 'all' });
    ref.tell({ type: 'note', key: 'all', text: 'hello' });
    const notes = await hear(3);
    expect(notes.sort()).toEqual([1, 2, 3].map((n) => `routee-${n} hello`));
    expect(await who('all')).toBe('routee-1');
    await expect(ref.ask<string>((replyTo) => ({ type: 'stop', key: 'all', replyTo }))).rejects.toThrow(
      new ActorStopped(`${ref.path}/routee-1`),
    );
    await stopped();
  });

  describe('when asked', () => {
    const put = (type: 'fail' | 'keep', key: string) => (replyTo: ReplyTo<string>) => ({ type, key, replyTo });

    it('passes the reply of the routee on', async () => {
      const { who } = pool();
      expect(await who('2')).toBe('routee-2');
    });

    it('lets the ask fail at once when the routee throws', async () => {
      const { ref } = pool();
      const failed = ref.ask(put('fail', '2'));
      await expect(failed).rejects.toThrow(ActorFailed);
      await expect(failed).rejects.toMatchObject({ path: `${ref.path}/routee-2`, cause: { message: 'failed' } });
    });

    it('lets the ask fail at once when the routee stops, and only asks of that one', async () => {
      const { ref, who, heard } = pool();
      const kept = ref.ask(put('keep', '2'));
      await heard('routee-2 keep');
      ref.tell({ type: 'stop', key: '2' });
      await expect(kept).rejects.toThrow(new ActorStopped(`${ref.path}/routee-2`));
      expect(await who('3')).toBe('routee-3');
    });

    it('lets the ask fail at once when all routees stop, and all that come later', async () => {
      const { ref, heard, stopped } = pool({ broadcast: ({ key }) => key === 'all' });
      const kept = ref.ask(put('keep', '2'));
      await heard('routee-2 keep');
      ref.tell({ type: 'stop', key: 'all' });
      await expect(kept).rejects.toThrow(new ActorStopped(`${ref.path}/routee-2`));
      await stopped();
      await expect(ref.ask(put('keep', '2'))).rejects.toThrow(new ActorStopped(ref.path));
    });
  });

  it('drops only the message whose key cannot be found, when it is told to resume', async () => {
    const { ref, who, starts, lost } = pool(
      { routing: consistentHash<Job>(({ key }) => key!) },
      { supervision: { decide: () => 'resume' } },
    );
    await expect(who()).rejects.toThrow(ActorFailed);
    expect(await who('x')).toMatch(/^routee-/);
    expect(starts()).toBe(3);
    expect(lost()).toMatchObject([{ path: ref.path, reason: 'failed' }]);
  });

  it.each([0, -1, 1.5, NaN, Infinity, '3' as unknown as number])('does not have %p routees', (routees) => {
    const make = () => router<Job>({ routees, routing: roundRobin(), routee: () => () => {} });
    expect(make).toThrow(new RangeError(`routees must be an integer from 1, not ${routees}`));
  });

  it('refuses bad options of its routees before it starts', () => {
    const spawnOptions = { mailboxCapacity: 0 };
    const make = () => router<Job>({ routees: 1, routing: roundRobin(), routee: () => () => {}, spawnOptions });
    expect(make).toThrow(new RangeError('mailboxCapacity must be a number from 1, not 0'));
  });
});

/** Checked by the compiler, see `types.spec.ts`. Nothing here runs. */
export function whatCompiles({ system }: TestSystem) {
  const routee: BehaviorFactory<Job> = () => () => {};
  const ref = system.spawn('pool', router({ routees: 2, routing: roundRobin(), routee }));
  ref.tell({ type: 'note', text: 'hello' });
  // @ts-expect-error -- no such message
  ref.tell({ type: 'nonsense' });
  const name: Promise<string> = ref.ask({ type: 'who' });
  // @ts-expect-error -- jobs have no such field
  router<Job>({ routees: 2, routing: consistentHash((job) => String(job.color)), routee });
  // @ts-expect-error -- a key is a string
  router<Job>({ routees: 2, routing: consistentHash(() => 1), routee });
  // @ts-expect-error -- a routing of strings knows nothing of jobs
  router<Job>({ routees: 2, routing: consistentHash((text: string) => text), routee });
  // @ts-expect-error -- the routees must understand every message of the router
  router<Job | { type: 'more' }>({ routees: 2, routing: leastBusy(), routee });
  return name;
}
