import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QueueStore } from './queue-store.js';

const body = (text: string) => Buffer.from(text);

describe.each(['disk', 'process'] as const)('QueueStore with durability %s', (durability) => {
  let directory: string;
  let store: QueueStore;
  const reopen = async () => {
    await store.close();
    store = QueueStore.open(directory, durability);
  };
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'abaco-store-'));
    store = QueueStore.open(directory, durability);
  });
  afterEach(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });

  async function filled(name: string, count: number): Promise<number> {
    const { id, stored } = store.createQueue(name);
    await stored;
    await Promise.all(Array.from({ length: count }, (_, i) => store.append(id, i + 1, body(`${name} ${i + 1}`))));
    return id;
  }

  it('reads back at once what append has stored', async () => {
    const { id } = store.createQueue('a');
    for (let position = 1; position <= 50; position++) {
      await store.append(id, position, body(`${position}`));
      expect(store.read(id, position)).toEqual(body(`${position}`));
    }
  });

  it('recovers queues with counts, positions and failures', async () => {
    const a = await filled('a', 5);
    await filled('b', 0);
    await store.remove(a, 1, false);
    await store.setFailures(a, 3, 2);
    await reopen();
    expect(store.recover()).toEqual([
      { id: a, name: 'a', count: 4, first: 2, last: 5, failures: new Map([[3, 2]]) },
      { id: a + 1, name: 'b', count: 0, first: 0, last: 0, failures: new Map() },
    ]);
  });

  it('gives positions in order and in parts', async () => {
    const a = await filled('a', 10);
    await filled('b', 10);
    expect(store.positions(a, 3, 9, 4)).toEqual([4, 5, 6, 7]);
    expect(store.positions(a, 7, 9, 4)).toEqual([8, 9]);
  });

  it('deletes a queue with its messages and leaves the others alone', async () => {
    const a = await filled('a', 3000);
    const b = await filled('b', 3);
    await store.deleteQueue('a', a);
    await reopen();
    expect(store.recover().map(({ name, count }) => [name, count])).toEqual([['b', 3]]);
    expect(store.positions(a, 0, Infinity, 1)).toEqual([]);
    expect(store.read(b, 1)).toEqual(body('b 1'));
  });

  it('never gives the id of a queue again while its messages may remain', async () => {
    const a = await filled('a', 1);
    await reopen();
    expect(store.createQueue('b').id).toBeGreaterThan(a);
  });

  it('clears up to a position, except what is to be kept', async () => {
    const a = await filled('a', 10);
    await store.clear(a, 8, (position) => position === 2);
    expect(store.positions(a, 0, Infinity, 10)).toEqual([2, 9, 10]);
  });
});
