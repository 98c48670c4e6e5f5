import type { HostId, TenantId } from '@abaco/contract';
import { type Store } from '@abaco/store';
import { testDatabases, withStore } from './store-fixtures.js';

const A = 'A' as TenantId;
const B = 'B' as TenantId;
const ID = `sha256:${'a'.repeat(64)}`;
const OTHER = `sha256:${'b'.repeat(64)}`;

describe.each(testDatabases)('image records in $name', ({ start }) => {
  let store: Store;
  let host: HostId;
  let count = 0;
  withStore(start, (connected) => (store = connected));
  beforeEach(() => (host = `host-${count++}` as HostId));

  const pulled = (tenant: TenantId | null, name = 'r.org/app:1', id = ID): Promise<void> =>
    store.images.addPulled(host, { id, name, bytes: 5, tenant });

  it('say which tenants have fetched a private image, and under which names', async () => {
    await pulled(A);
    await pulled(B, 'r.org/app:2');
    await pulled(A);
    const record = await store.images.find(host, ID);
    expect(record).toMatchObject({ private: true, image_id: ID, bytes: 5 });
    expect([...(record?.tenants ?? [])].sort()).toEqual([A, B]);
    expect([...(record?.names ?? [])].sort()).toEqual(['r.org/app:1', 'r.org/app:2']);
  });

  it('belong to one host', async () => {
    await pulled(A);
    expect(await store.images.find('another' as HostId, ID)).toBeNull();
  });

  it('stay open to everybody once an image was fetched without credentials', async () => {
    await pulled(A);
    await pulled(null);
    expect(await store.images.find(host, ID)).toMatchObject({ private: false, tenants: [A] });
    await pulled(B);
    expect(await store.images.find(host, ID)).toMatchObject({ private: false });
  });

  it('keep pulls that have begun until they end', async () => {
    await store.images.beginPull(host, 'p1', 'r.org/app:1', ID);
    await store.images.beginPull(host, 'p2', '$odd', null);
    expect(
      (await store.images.listPulls(host)).map(({ _id, names, previous_id }) => [_id, names, previous_id]),
    ).toEqual([
      [`${host}/p1`, ['r.org/app:1'], ID],
      [`${host}/p2`, ['$odd'], null],
    ]);
    expect(await store.images.listUnused(host)).toEqual([]);
    await store.images.endPull(host, 'p1');
    expect(await store.images.listPulls(host)).toHaveLength(1);
  });

  it('are nobody’s when it is not known who may have an image, and nothing else is forgotten', async () => {
    await store.images.addUnproven(host, { id: ID, name: 'r.org/app:1', bytes: 5 });
    expect(await store.images.find(host, ID)).toMatchObject({ private: true, tenants: [], names: ['r.org/app:1'] });
    await pulled(null, 'r.org/app:1', OTHER);
    await store.images.addUnproven(host, { id: OTHER, name: 'x', bytes: 5 });
    expect(await store.images.find(host, OTHER)).toMatchObject({ private: false, names: ['r.org/app:1'] });
  });

  it('are listed by their last use', async () => {
    await pulled(A);
    await pulled(A, 'r.org/other:1', OTHER);
    await store.images.touch(host, ID);
    const [first, second, ...rest] = await store.images.listUnused(host);
    expect([first?.image_id, second?.image_id, rest]).toEqual([OTHER, ID, []]);
    expect(first?.unusedSeconds).toBeGreaterThanOrEqual(second?.unusedSeconds ?? Infinity);
    expect(second?.unusedSeconds).toBeGreaterThanOrEqual(0);
    await store.images.disown(host, ID);
    expect(await store.images.find(host, ID)).toMatchObject({ names: [], tenants: [A] });
    await store.images.remove(host, OTHER);
    expect(await store.images.find(host, OTHER)).toBeNull();
  });

  it('of an unknown image do not come into being by its use', async () => {
    await store.images.touch(host, ID);
    expect(await store.images.find(host, ID)).toBeNull();
  });
});
