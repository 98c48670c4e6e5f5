import { newId, type TenantId } from '@abaco/contract';
import { configDbid, type ConfigRecord, DuplicateConfig, type Store } from '@abaco/store';
import { tenant, testDatabases, withStore } from './store-fixtures.js';

function configRecord(fields: Partial<ConfigRecord> = {}): ConfigRecord {
  const name = fields.name ?? newId();
  return {
    _id: configDbid(fields.tenant ?? tenant, name),
    tenant,
    name,
    value: 'v',
    is_secret: false,
    actors: 'a1',
    actor_refs: ['a1'],
    owner: 'testuser',
    permissions: [{ user: 'testuser', level: 'UPDATE' }],
    create_time: new Date(),
    last_update_time: new Date(),
    ...fields,
  };
}

describe.each(testDatabases)('config records in $name', ({ start }) => {
  let store: Store;
  let mine: TenantId;
  withStore(start, (connected) => (store = connected));
  beforeEach(() => {
    mine = newId() as string as TenantId;
  });

  it('come back as they were inserted, with empty and odd values', async () => {
    for (const value of ['', '$name', '{"a.b": 1}', 'x'.repeat(65_536)]) {
      const config = configRecord({ value, actors: ' a1 , jane' });
      await store.configs.insert(config);
      expect(await store.configs.find(tenant, config.name)).toEqual(config);
    }
  });

  it('have one name in one tenant', async () => {
    const config = configRecord({ tenant: mine });
    await store.configs.insert(config);
    await expect(store.configs.insert(config)).rejects.toThrow(DuplicateConfig);
    await store.configs.insert(configRecord({ name: config.name }));
    expect(await store.configs.list(mine)).toEqual([config]);
  });

  it('are found by what they name, exactly, once each and in their tenant alone', async () => {
    const insert = (name: string, actor_refs: string[], of = mine) =>
      store.configs.insert(configRecord({ tenant: of, name, actor_refs }));
    await insert('b', ['a1', 'jane']);
    await insert('a', ['jane']);
    await insert('longer', ['a12', 'jane2']);
    await insert('foreign', ['a1', 'jane'], newId() as string as TenantId);
    const found = await store.configs.listByRefs(mine, ['a1', 'jane', 'x'], 10);
    expect(found.map(({ name }) => name).sort()).toEqual(['a', 'b']);
    expect(await store.configs.listByRefs(mine, ['jane'], 1)).toHaveLength(1);
    expect(await store.configs.listByRefs(mine, [], 10)).toEqual([]);
  });

  it('are listed for those who may read them', async () => {
    const share = (name: string, user: string, level: 'NONE' | 'READ') =>
      store.configs.insert(configRecord({ tenant: mine, name, permissions: [{ user, level }] }));
    await share('own', 'jdoe', 'READ');
    await share('worlds', 'ABACO_WORLD', 'READ');
    await share('taken away', 'jdoe', 'NONE');
    await share('others', 'eve', 'READ');
    const readable = await store.configs.listReadable(mine, 'jdoe');
    expect(readable.map(({ name }) => name).sort()).toEqual(['own', 'worlds']);
    expect(await store.configs.listReadable(tenant, 'jdoe')).toEqual([]);
    expect([await store.configs.hasAny(mine), await store.configs.hasAny('NONE' as TenantId)]).toEqual([true, false]);
  });

  it('are replaced as a whole, but for name, owner and permissions', async () => {
    const config = configRecord({ tenant: mine });
    await store.configs.insert(config);
    const changes = { value: '$value', is_secret: true, actors: 'b1', actor_refs: ['b1'] };
    expect(await store.configs.replace(mine, config.name, changes)).toMatchObject({
      ...changes,
      name: config.name,
      owner: 'testuser',
      permissions: config.permissions,
      create_time: config.create_time,
    });
    expect(await store.configs.replace(mine, 'unknown', changes)).toBeNull();
    expect(await store.configs.replace(tenant, config.name, changes)).toBeNull();
  });

  it('share what was granted on them', async () => {
    const config = configRecord({ tenant: mine });
    await store.configs.insert(config);
    const granted = [...config.permissions, { user: 'a.b$c', level: 'READ' }];
    expect(await store.configs.grant(config._id, { user: 'a.b$c', level: 'READ' })).toEqual(granted);
    expect(await store.configs.grant(configDbid(mine, 'unknown'), { user: 'x', level: 'READ' })).toBeNull();
  });

  it('forget an alias that is gone, and no other', async () => {
    await store.configs.insert(
      configRecord({ tenant: mine, name: 'c', actor_refs: ['jane', 'jane2'], actors: 'jane,jane2' }),
    );
    const other = configRecord({ actor_refs: ['jane'] });
    await store.configs.insert(other);
    await store.configs.detach(mine, 'jane');
    expect(await store.configs.find(mine, 'c')).toMatchObject({ actor_refs: ['jane2'], actors: 'jane,jane2' });
    expect(await store.configs.find(tenant, other.name)).toEqual(other);
  });

  it('are deleted in their tenant alone', async () => {
    const config = configRecord({ tenant: mine });
    await store.configs.insert(config);
    expect(await store.configs.delete(tenant, config.name)).toBe(false);
    expect(await store.configs.delete(mine, config.name)).toBe(true);
    expect(await store.configs.find(mine, config.name)).toBeNull();
  });

  it('show their secrets page by page', async () => {
    for (const name of ['c', 'a', 'd', 'b']) {
      await store.configs.insert(configRecord({ tenant: mine, name, is_secret: name !== 'd' }));
    }
    const first = configDbid(mine, '');
    const page = await store.configs.secretsAfter(first, 2);
    expect(page.map(({ name }) => name)).toEqual(['a', 'b']);
    const [next] = await store.configs.secretsAfter(page[1]?._id ?? first, 1);
    expect(next?.name).toBe('c');
  });

  it('get a new ciphertext only in the place of the one that was read', async () => {
    const config = configRecord({ tenant: mine, is_secret: true, value: 'old' });
    await store.configs.insert(config);
    expect(await store.configs.reseal(config._id, 'other', 'new')).toBe(false);
    expect(await store.configs.reseal(config._id, 'old', 'new')).toBe(true);
    const plain = { value: 'new', is_secret: false, actors: '', actor_refs: [] };
    await store.configs.replace(mine, config.name, plain);
    expect(await store.configs.reseal(config._id, 'new', 'sealed')).toBe(false);
    expect(await store.configs.find(mine, config.name)).toMatchObject({ value: 'new' });
  });
});
