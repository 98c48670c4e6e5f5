import {
  ActorFailed,
  ActorStopped,
  type BehaviorFactory,
  type ReplyTo,
  type Routing,
  type RouterOptions,
  type SpawnOptions,
  consistentHash,
  createProbe,
  createTestSystem,
  eventually,
  leastBusy,
  roundRobin,
  router,
} from './index.js';

/** `key` is the number of a routee, or what a test hashes. */
type Job =
  | { type: 'who'; key?: string; replyTo: ReplyTo<string> }
  | { type: 'note'; key?: string; text: string }
  | { type: 'hold' | 'fail' | 'escalate' | 'stop' | 'stop-and-hold' | 'keep'; key?: string; replyTo?: ReplyTo<string> };

const byNumber: Routing<Job> = () => (job, routees) =>
  routees.find(({ number }) => String(number) === job.key) ?? routees[0]!;
const byKey = consistentHash<Job>(({ key = '' }) => key);

describe('A router', () => {
  const { system, clock, deadLetters, failures } = createTestSystem();
  afterAll(() => system.stop());
  let pools = 0;

  /** Routees tell the probe `<name> <what>`; one that holds goes on after `release`. */
  function pool(options: Partial<RouterOptions<Job>> = {}, spawnOptions?: SpawnOptions) {
    const probe = createProbe<string>(system);
    let starts = 0;
    const releases = new Map<string, () => void>();
    const hold = (name: string) => new Promise<void>((resolve) => releases.set(name, resolve));
    const routee: BehaviorFactory<Job> = ({ name }) => {
      starts += 1;
      return (job, context) => {
        if (job.type !== 'who') probe.ref.tell(`${name} ${job.type === 'note' ? job.text : job.type}`);
        if (job.type === 'who') job.replyTo.reply(name);
        else if (job.type === 'fail' || job.type === 'escalate') throw new Error(job.type);
        else if (job.type.startsWith('stop')) context.stop();
        if (job.type.endsWith('hold')) return hold(name);
      };
    };
    const factory = router<Job>({ routees: 3, routee, routing: byNumber, ...options });
    const ref = system.spawn<Job>(`pool-${(pools += 1)}`, factory, spawnOptions);
    return {
      ref,
      /** The next message that the routees tell. */
      heard: (what: string) => probe.expectMessage((told) => told === what),
      /** The next `count` of them. */
      hear: async (count: number) => {
        const told: string[] = [];
        while (told.length < count) told.push(await probe.expectMessage());
        return told;
      },
      stopped: () => probe.expectStopped(ref),
      starts: () => starts,
      release: (name: string) => releases.get(name)!(),
      who: (key?: string) => ref.ask({ type: 'who', key }),
      children: () => system.snapshot().filter(({ path }) => path.startsWith(`${ref.path}/`)),
      lost: () => deadLetters.filter(({ path }) => path.startsWith(ref.path)),
    };
  }

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
    const put = (type: 'fail' | 'keep' | 'stop', key: string) => (replyTo: ReplyTo<string>) => ({ type, key, replyTo });

    it('passes the reply of the routee on', async () => {
      const { who } = pool();
      expect(await who('2')).toBe('routee-2');
    });

    it('lets the ask fail at once when the routee throws', async () => {
      const { ref } = pool();
      const failed = ref.ask(put('fail', '2'));
      await expect(failed).rejects.toThrow(ActorFailed);
      await expect(failed).rejects.toMatchObject({ path: `${ref.path}/routee-2`, cause: { message: 'fail' } });
    });

    it('lets the ask fail at once when the routee stops, and only asks of that one', async () => {
      const { ref, who, heard } = pool();
      const kept = ref.ask(put('keep', '2'));
      await heard('routee-2 keep');
      ref.tell({ type: 'stop', key: '2' });
      await expect(kept).rejects.toThrow(new ActorStopped(`${ref.path}/routee-2`));
      expect(await who('3')).toBe('routee-3');
    });

    it('lets the ask fail at once when the router is stopped', async () => {
      const { ref, heard } = pool({ broadcast: ({ key }) => key === 'all' });
      const kept = ref.ask(put('keep', '2'));
      await heard('routee-2 keep');
      ref.tell({ type: 'stop', key: 'all' });
      await expect(kept).rejects.toThrow(ActorStopped);
      await expect(ref.ask(put('keep', '2'))).rejects.toThrow(new ActorStopped(ref.path));
    });
  });

  describe('whose routee fails', () => {
    it('keeps it in its place, with the messages that wait', async () => {
      const { ref, who, starts } = pool();
      ref.tell({ type: 'fail', key: '2' });
      const waiting = who('2');
      expect(await who('1')).toBe('routee-1');
      await eventually(() => failures.some(({ path }) => path === `${ref.path}/routee-2`));
      await eventually(() => clock.nextInMs! <= 100);
      clock.advance(100);
      expect(await waiting).toBe('routee-2');
      expect(starts()).toBe(4);
    });

    it('restarts as a whole when the routee escalates', async () => {
      const { ref, who, starts } = pool(
        { spawnOptions: { supervision: { decide: () => 'escalate' } } },
        { supervision: { backoff: { minMs: 0 } } },
      );
      ref.tell({ type: 'escalate', key: '2' });
      await eventually(() => starts() === 6);
      expect([await who('1'), await who('2'), await who('3')]).toEqual(['routee-1', 'routee-2', 'routee-3']);
    });
  });

  describe('whose routees stop', () => {
    it('goes on with the others', async () => {
      const { ref, who, children, lost, heard } = pool({ routing: roundRobin() });
      ref.tell({ type: 'stop' });
      await heard('routee-1 stop');
      expect([await who(), await who(), await who()]).toEqual(['routee-2', 'routee-3', 'routee-2']);
      expect(children()).toHaveLength(2);
      expect(lost()).toEqual([]);
    });

    it('passes over one that has begun to stop', async () => {
      const { ref, who, release, lost, heard } = pool({ routing: roundRobin() });
      ref.tell({ type: 'stop-and-hold' });
      await heard('routee-1 stop-and-hold');
      expect([await who(), await who(), await who()]).toEqual(['routee-2', 'routee-3', 'routee-2']);
      release('routee-1');
      expect(lost()).toEqual([]);
    });

    it('moves only the keys of one that is gone', async () => {
      const { ref, who } = pool({ routees: 5, routing: byKey });
      const keys = Array.from({ length: 50 }, (_, n) => `key-${n}`);
      const before = await Promise.all(keys.map((key) => who(key)));
      ref.tell({ type: 'stop', key: keys[0] });
      const after = await Promise.all(keys.map((key) => who(key).catch(() => who(key))));
      keys.forEach((_, index) => {
        if (before[index] === before[0]) expect(after[index]).not.toBe(before[0]);
        else expect(after[index]).toBe(before[index]);
      });
    });

    it('stops when none is left', async () => {
      const { ref, lost, stopped } = pool({ routees: 2 });
      ref.tell({ type: 'stop', key: '1' });
      ref.tell({ type: 'stop', key: '2' });
      await stopped();
      ref.tell({ type: 'note', text: 'late' });
      expect(lost()).toMatchObject([{ path: ref.path, message: { text: 'late' }, reason: 'stopped' }]);
    });

    it('refuses what comes after the last one has begun to stop', async () => {
      const { ref, who, release, lost, heard, stopped } = pool({ routees: 1 });
      ref.tell({ type: 'stop-and-hold' });
      await heard('routee-1 stop-and-hold');
      ref.tell({ type: 'note', text: 'late' });
      await expect(who()).rejects.toThrow(new ActorStopped(ref.path));
      release('routee-1');
      await stopped();
      expect(lost()).toMatchObject([
        { path: ref.path, reason: 'stopped' },
        { path: ref.path, reason: 'stopped' },
      ]);
    });
  });

  describe('that replaces routees', () => {
    it('starts another one in the place of each that has stopped', async () => {
      const { ref, who, starts, lost, heard } = pool({ replace: true });
      for (const key of ['1', '2', '3']) {
        ref.tell({ type: 'stop', key });
        await heard(`routee-${key} stop`);
      }
      expect([await who('3'), await who('2'), await who('1')]).toEqual(['routee-3', 'routee-2', 'routee-1']);
      expect(starts()).toBe(6);
      expect(lost()).toEqual([]);
    });

    it('lets messages wait for it, in order, while other routees work', async () => {
      const { ref, who, release, heard } = pool({ replace: true });
      ref.tell({ type: 'stop-and-hold', key: '2' });
      await heard('routee-2 stop-and-hold');
      for (const text of ['a', 'b']) ref.tell({ type: 'note', key: '2', text });
      const asked = who('2');
      expect(await who('1')).toBe('routee-1');
      ref.tell({ type: 'note', key: '2', text: 'c' });
      await eventually(() => system.snapshot().some(({ path, stashed }) => path === ref.path && stashed === 4));
      release('routee-2');
      for (const text of ['a', 'b', 'c']) await heard(`routee-2 ${text}`);
      expect(await asked).toBe('routee-2');
    });

    it('passes over one that stops where the routing may', async () => {
      const { ref, who, release, heard } = pool({ replace: true, routing: leastBusy() });
      ref.tell({ type: 'stop-and-hold' });
      await heard('routee-1 stop-and-hold');
      expect([await who(), await who(), await who()]).toEqual(['routee-2', 'routee-3', 'routee-2']);
      release('routee-1');
    });

    it('refuses what its stash has no room for', async () => {
      const { ref, who, release, lost, heard } = pool({ routees: 1, replace: true }, { stashCapacity: 1 });
      ref.tell({ type: 'stop-and-hold' });
      await heard('routee-1 stop-and-hold');
      const waits = who();
      await expect(who()).rejects.toThrow(new ActorStopped(`${ref.path}/routee-1`));
      release('routee-1');
      expect(await waits).toBe('routee-1');
      expect(lost()).toHaveLength(1);
    });

    it('starts no more than one for each message when they cannot start', async () => {
      let starts = 0;
      const { ref, who } = pool({
        routees: 1,
        replace: true,
        routee: () => {
          starts += 1;
          throw new Error('never starts');
        },
        spawnOptions: { supervision: { decide: () => 'stop' } },
      });
      for (let n = 0; n < 5; n += 1) await expect(who()).rejects.toThrow(ActorStopped);
      expect(starts).toBeLessThanOrEqual(6);
      expect(system.snapshot().some(({ path }) => path === ref.path)).toBe(true);
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
export function whatCompiles({ system }: ReturnType<typeof createTestSystem>) {
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
