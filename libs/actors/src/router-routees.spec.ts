import { type Job, byKey, startJobPool } from '../test-support/job-pool.js';
import {
  ActorStopped,
  type RouterOptions,
  type SpawnOptions,
  createTestSystem,
  eventually,
  leastBusy,
  roundRobin,
} from './index.js';

describe('A router', () => {
  const test = createTestSystem();
  afterAll(() => test.system.stop());
  const pool = (options?: Partial<RouterOptions<Job>>, spawnOptions?: SpawnOptions) =>
    startJobPool(test, options, spawnOptions);

  describe('whose routee fails', () => {
    it('keeps it in its place, with the messages that wait', async () => {
      const { ref, who, starts } = pool();
      ref.tell({ type: 'fail', key: '2' });
      const waiting = who('2');
      expect(await who('1')).toBe('routee-1');
      await eventually(() => test.failures.some(({ path }) => path === `${ref.path}/routee-2`));
      await eventually(() => test.clock.nextInMs! <= 100);
      test.clock.advance(100);
      expect(await waiting).toBe('routee-2');
      expect(starts()).toBe(4);
    });

    it('restarts as a whole when the routee escalates', async () => {
      const { ref, who, starts } = pool(
        { spawnOptions: { supervision: { decide: () => 'escalate' } } },
        { supervision: { backoff: { minMs: 0 } } },
      );
      ref.tell({ type: 'fail', key: '2' });
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
      await eventually(() => test.system.snapshot().some(({ path, stashed }) => path === ref.path && stashed === 4));
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
      expect(test.system.snapshot().some(({ path }) => path === ref.path)).toBe(true);
    });
  });
});
