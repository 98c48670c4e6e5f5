import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { actorDbid, type ActorDbid, executionDbid, type ExecutionDbid, newId, type TenantId } from '@abaco/contract';
import { BodyMissing, type Store } from '@abaco/store';
import { eventually } from '../support/eventually.js';
import { tenant, testDatabases, withStore } from './store-fixtures.js';

describe.each(testDatabases)('logs, results and bodies in $name', ({ start }) => {
  let store: Store;
  let actor: ActorDbid;
  let execution: ExecutionDbid;
  withStore(start, (connected) => (store = connected));

  const inAnHour = () => new Date(Date.now() + 3_600_000);
  const anHourAgo = () => new Date(Date.now() - 3_600_000);

  beforeEach(() => {
    actor = actorDbid(tenant, newId());
    execution = executionDbid(actor, newId());
  });

  describe('logs', () => {
    const append = (text: string, attempt: number, seq: number, expires: Date | null = null) =>
      store.logs.append({ execution, actor, tenant, attempt, seq, text, expires });

    it('are the chunks of the last attempt in order', async () => {
      expect(await store.logs.read(execution)).toBe('');
      await append('first attempt', 1, 0);
      expect(await store.logs.read(execution)).toBe('first attempt');
      for (const seq of [10, 2, 0, 1]) await append(`${seq};`, 2, seq);
      expect(await store.logs.read(execution)).toBe('0;1;2;10;');
    });

    it('hold a chunk once, however often it is written', async () => {
      await append('a', 1, 0);
      await append('a', 1, 0);
      expect(await store.logs.read(execution)).toBe('a');
    });

    it('are summed up in bytes, by tenant', async () => {
      const [mine, other] = [newId() as string as TenantId, newId() as string as TenantId];
      const appendOf = (tenant: TenantId, text: string, seq: number) =>
        store.logs.append({ execution, actor, tenant, attempt: 1, seq, text, expires: null });
      expect(await store.logs.bytesOf(mine)).toBe(0);
      await appendOf(mine, 'abc', 0);
      await appendOf(mine, 'äöü', 1);
      await appendOf(other, 'x', 2);
      expect(await store.logs.bytesOf(mine)).toBe(9);
      expect(await store.logs.bytesOf(other)).toBe(1);
    });

    it('are empty when they have expired, before the database removes them', async () => {
      await append('old', 1, 0, anHourAgo());
      expect(await store.logs.read(execution)).toBe('');
      await append('new', 1, 1, inAnHour());
      expect(await store.logs.read(execution)).toBe('new');
    });

    it('are read on after a position, some at a time', async () => {
      const read = async (position?: { attempt: number; seq: number }, limit = 10) =>
        (await store.logs.readAfter(execution, position, limit)).map(({ attempt, seq, text }) => [attempt, seq, text]);
      expect(await read()).toEqual([]);
      for (const seq of [2, 0, 1]) await append(`1-${seq}`, 1, seq);
      expect(await read(undefined, 2)).toEqual([
        [1, 0, '1-0'],
        [1, 1, '1-1'],
      ]);
      expect(await read({ attempt: 1, seq: 1 })).toEqual([[1, 2, '1-2']]);
      expect(await read({ attempt: 1, seq: 2 })).toEqual([]);
      await append('2-0', 2, 0);
      await append('2-1', 2, 1, anHourAgo());
      expect(await read({ attempt: 1, seq: 2 })).toEqual([[2, 0, '2-0']]); // of the attempt before: from the beginning
      expect(await read({ attempt: 2, seq: -1 })).toEqual([[2, 0, '2-0']]);
      expect(await read({ attempt: 7, seq: 7 })).toEqual([[2, 0, '2-0']]);
    });

    it('go with their actor', async () => {
      await append('a', 1, 0);
      await store.logs.deleteByActor(actor);
      expect(await store.logs.read(execution)).toBe('');
    });
  });

  describe('results', () => {
    const append = (text: string | Buffer, attempt: number, seq: number, expires = inAnHour()) =>
      store.results.append({ execution, attempt, seq, data: Buffer.from(text), expires });
    const pop = () => store.results.pop(execution, inAnHour());

    it('are read once each, in order', async () => {
      expect(await pop()).toBeNull();
      for (const seq of [10, 2, 0]) await append(`1-${seq}`, 1, seq);
      await append('2-0', 2, 0);
      await append('2-0', 2, 0);
      const read: string[] = [];
      for (let data = await pop(); data !== null; data = await pop()) read.push(data.toString());
      expect(read).toEqual(['1-0', '1-2', '1-10', '2-0']);
    });

    it('tell which executions have any', async () => {
      const [other, none] = [executionDbid(actor, newId()), executionDbid(actor, newId())];
      await append('x', 1, 0);
      await append('y', 1, 1);
      await store.results.append({
        execution: other,
        attempt: 1,
        seq: 0,
        data: Buffer.from('x'),
        expires: anHourAgo(),
      });
      expect(await store.results.executionsWithResults([execution, other, none])).toEqual([execution]);
      expect(await store.results.executionsWithResults([none])).toEqual([]);
      expect(await store.results.executionsWithResults([])).toEqual([]);
    });

    it('keep every byte', async () => {
      const bytes = randomBytes(131_072);
      await append(bytes, 1, 0);
      expect(await pop()).toEqual(bytes);
      await append('', 1, 1);
      expect(await pop()).toEqual(Buffer.alloc(0));
    });

    it('go to one reader each', async () => {
      for (let seq = 0; seq < 10; seq++) await append(String(seq), 1, seq);
      const read = await Promise.all(Array.from({ length: 20 }, pop));
      expect(
        read
          .filter((data) => data !== null)
          .map((data) => data.toString())
          .sort(),
      ).toEqual([...'0123456789']);
    });

    it('live on when others are read, and are gone when nobody reads', async () => {
      await append('first', 1, 0);
      const soon = new Date(Date.now() + 30_000);
      await append('second', 1, 1, soon);
      expect((await store.results.pop(execution, anHourAgo()))?.toString()).toBe('first');
      expect((await pop())?.toString()).toBe('second'); // expiry dates are only ever pushed out
      await append('third', 1, 2, anHourAgo());
      expect(await pop()).toBeNull();
    });
  });

  describe('bodies', () => {
    const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

    it.each([0, 1, 261_120, 3_000_001])('of %i bytes come back as they were', async (size) => {
      const body = randomBytes(size);
      expect(await store.bodies.write(execution, actor, body)).toBe(size);
      expect(sha(await store.bodies.read(execution))).toBe(sha(body));
    });

    it('stream in and out', async () => {
      const parts = Array.from({ length: 50 }, () => randomBytes(70_000));
      expect(await store.bodies.write(execution, actor, Readable.from(parts))).toBe(3_500_000);
      const back: Buffer[] = [];
      for await (const part of await store.bodies.open(execution)) back.push(part as Buffer);
      expect(sha(Buffer.concat(back))).toBe(sha(Buffer.concat(parts)));
    });

    it('leave nothing when their source breaks off', async () => {
      const broken = Readable.from(
        (function* () {
          yield randomBytes(2_000_000);
          throw new Error('client gone');
        })(),
      );
      await expect(store.bodies.write(execution, actor, broken)).rejects.toThrow('client gone');
      await expect(store.bodies.read(execution)).rejects.toBeInstanceOf(BodyMissing);
      expect(await store.bodies.write(execution, actor, Buffer.from('again'))).toBe(5);
      expect((await store.bodies.read(execution)).toString()).toBe('again');
    });

    it('whose last part cannot be written are refused, and leave nothing that is not swept', async () => {
      await store.bodies.write(execution, actor, Buffer.from('first'));
      // the store has a first part of this body already
      await expect(store.bodies.write(execution, actor, Buffer.from('second'))).rejects.toThrow('duplicate key');
      await expect(store.bodies.read(execution)).rejects.toBeInstanceOf(BodyMissing);
      expect(await store.bodies.sweepUploads(0)).toBe(1); // of what may still have been under way
    });

    it('that come to a halt on their way in are removed, and not before they have been silent for long', async () => {
      const endless = new Readable({ read: () => undefined });
      endless.push(randomBytes(2_000_000));
      const writing = store.bodies.write(execution, actor, endless);
      expect(await store.bodies.sweepUploads(600_000)).toBe(0);
      await eventually('it is silent', async () => (await store.bodies.sweepUploads(500)) === 1);
      endless.destroy(new Error('client gone'));
      await expect(writing).rejects.toThrow('client gone');
    });

    it('that are complete are not swept', async () => {
      await store.bodies.write(execution, actor, Buffer.from('whole'));
      expect(await store.bodies.sweepUploads(0)).toBe(0);
      expect((await store.bodies.read(execution)).toString()).toBe('whole');
    });

    it('are gone once deleted, alone or with their actor', async () => {
      await store.bodies.write(execution, actor, Buffer.from('x'));
      await store.bodies.delete(execution);
      await store.bodies.delete(execution);
      await expect(store.bodies.open(execution)).rejects.toEqual(new BodyMissing(execution));
      await store.bodies.write(execution, actor, Buffer.from('x'));
      await store.bodies.deleteByActor(actor);
      await expect(store.bodies.open(execution)).rejects.toBeInstanceOf(BodyMissing);
    });
  });
});
